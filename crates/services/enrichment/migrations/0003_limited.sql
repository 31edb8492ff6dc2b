-- Contacts about whom a provider was not asked because a limit of its calls was reached.
ALTER TABLE run ADD COLUMN n_limited @int@ NOT NULL DEFAULT 0;
