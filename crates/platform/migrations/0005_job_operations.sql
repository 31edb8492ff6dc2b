-- What operators see of the queue. Jobs that go the usual way from pending to done are in none of these
-- indexes, so that they cost the queue nothing.

-- The failed, cancelled and paused jobs of a workspace, and of the installation, newest first.
CREATE INDEX job_halted ON job (workspace_id, state, id) WHERE state IN (3, 4, 5);
CREATE INDEX job_halted_anywhere ON job (state, id) WHERE state IN (3, 4, 5);

-- How many failed lately.
CREATE INDEX job_failed ON job (due_at) WHERE state = 3;

-- Processes that work on jobs, each with its sign of life. They serve all workspaces.
CREATE TABLE worker (
    name @text@ NOT NULL PRIMARY KEY,
    host @text@ NOT NULL,
    pid @int@ NOT NULL,
    version @text@ NOT NULL,
    -- Separated by spaces.
    queues @text@ NOT NULL,
    started_at @int@ NOT NULL,
    seen_at @int@ NOT NULL,
    -- Jobs under way when it was last seen.
    running @int@ NOT NULL
)@clustered@;
