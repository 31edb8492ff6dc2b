-- What was left of a grant when it ended, to tell what was drawn of it.
CREATE INDEX credit_entry_end ON credit_entry (grant_id, workspace_id) WHERE kind IN ('expire', 'rollover');
