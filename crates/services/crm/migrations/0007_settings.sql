-- What a workspace has set for its duplicates; none where nothing was ever set.
CREATE TABLE duplicate_settings (
    workspace_id @id@  NOT NULL,
    -- Whether the search after an import merges what is the same beyond doubt.
    merge_same   @int@ NOT NULL,
    updated_at   @int@ NOT NULL,
    PRIMARY KEY (workspace_id)
)@strict@;
