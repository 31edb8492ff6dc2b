-- When the last change or merge of a workspace was written down: each gets a later time, also where the clocks of
-- two machines differ, so that what was done later is known to be.
CREATE TABLE record_clock (
    workspace_id @id@  NOT NULL,
    at           @int@ NOT NULL,
    PRIMARY KEY (workspace_id)
)@strict@;
