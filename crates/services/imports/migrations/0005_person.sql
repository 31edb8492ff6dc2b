-- Whether its file goes as soon as it has ended: it holds a person who was erased.
ALTER TABLE import_job ADD COLUMN forgets_file @int@ NOT NULL DEFAULT 0;
