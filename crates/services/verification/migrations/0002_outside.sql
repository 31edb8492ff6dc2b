-- A question to an outside verifier, each of which costs money: written before it goes out (ADR 0003).
CREATE TABLE outside_check (
    workspace_id @id@   NOT NULL,
    id           @id@   NOT NULL,
    -- An address in its normal form, or a number in E.164.
    subject      @text@ NOT NULL,
    checker      @text@ NOT NULL,
    -- How many questions to the checker about the subject came before: whoever has not heard of another
    -- process's question finds its place taken.
    nth          @int@  NOT NULL,
    -- The most that it can cost.
    held_micros  @int@  NOT NULL,
    asked_at     @int@  NOT NULL,
    PRIMARY KEY (workspace_id, id)
)@strict@;

CREATE UNIQUE INDEX outside_check_place ON outside_check (workspace_id, subject, checker, nth);

-- What came of it; without it the call may be under way. `state`: answered, failed (nothing was charged), in_doubt
-- (its answer was lost, and it counts at its worst price).
CREATE TABLE outside_check_end (
    workspace_id @id@   NOT NULL,
    id           @id@   NOT NULL,
    state        TEXT   NOT NULL,
    cost_micros  @int@  NOT NULL,
    ended_at     @int@  NOT NULL,
    answer       TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, id)
)@strict@;

-- What a round of a list has spent and holds. Moved by conditional statements only, so that no number of
-- processes passes a budget.
CREATE TABLE outside_spend (
    workspace_id @id@  NOT NULL,
    list_id      @id@  NOT NULL,
    started_at   @int@ NOT NULL,
    n_checks     @int@ NOT NULL,
    micros       @int@ NOT NULL,
    PRIMARY KEY (workspace_id, list_id, started_at)
)@strict@;
