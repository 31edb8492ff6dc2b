-- Background work. `state`: 0 pending, 1 processing, 2 done, 3 failed, 4 cancelled, 5 paused.
CREATE TABLE job (
    workspace_id @id@ NOT NULL,
    id @id@ NOT NULL,
    queue @text@ NOT NULL,
    group_id @id@,
    state @int@ NOT NULL DEFAULT 0,
    -- What its group asked of it while it was being worked on: 0 nothing, 4 cancel, 5 pause.
    wanted @int@ NOT NULL DEFAULT 0,
    run_at @int@ NOT NULL,
    -- Pending: when it may run. Processing: when its lease ends. Finished: when it did.
    due_at @int@ NOT NULL,
    -- Starts that count, and all starts: the second tells one holder of a lease from the next.
    attempt @int@ NOT NULL DEFAULT 0,
    claims @int@ NOT NULL DEFAULT 0,
    attempts_max @int@ NOT NULL,
    worker @text@,
    payload @text@ NOT NULL,
    error @text@,
    PRIMARY KEY (workspace_id, id)
)@clustered@;

-- Claims read this alone; finished jobs are not in it, so it stays as small as the work that is left.
CREATE INDEX job_due ON job (queue, due_at, id) WHERE state IN (0, 1);

-- Heartbeats name jobs by id alone.
CREATE UNIQUE INDEX job_by_id ON job (id);

-- Without the state, so that a job that moves on does not move in it.
CREATE INDEX job_of_group ON job (workspace_id, group_id) WHERE group_id IS NOT NULL;

CREATE TABLE job_schedule (
    workspace_id @id@ NOT NULL,
    name @text@ NOT NULL,
    queue @text@ NOT NULL,
    payload @text@ NOT NULL,
    attempts_max @int@ NOT NULL,
    every_s @int@ NOT NULL CHECK (every_s > 0),
    next_at @int@ NOT NULL,
    enabled @int@ NOT NULL,
    PRIMARY KEY (workspace_id, name)
)@clustered@;

CREATE INDEX job_schedule_due ON job_schedule (next_at) WHERE enabled = 1;
