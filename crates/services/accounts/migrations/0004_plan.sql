-- What the workspace's plan allows of accounts; billing writes it.
-- Members at most; none for no limit of the plan's.
ALTER TABLE workspace ADD COLUMN members_max @int@;
-- Whether API keys work: 1 or 0.
ALTER TABLE workspace ADD COLUMN api_access @int@ NOT NULL DEFAULT 1;
