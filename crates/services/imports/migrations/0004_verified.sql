-- Imports whose addresses are to be checked, and how far that is. Whoever checks them is another service.
CREATE TABLE import_verified (
    workspace_id @id@  NOT NULL,
    import_id    @id@  NOT NULL,
    -- `waiting`, `running`, `done`, `stopped`.
    state        TEXT  NOT NULL,
    -- The row reached, and rows by what came of their address, as JSON.
    so_far       TEXT  NOT NULL,
    -- Why it stopped, in a sentence.
    trouble      TEXT,
    asked_at     @int@ NOT NULL,
    finished_at  @int@,
    PRIMARY KEY (workspace_id, import_id)
)@strict@;
