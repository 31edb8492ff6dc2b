-- Tables to which rows are only added: that takes a third of the time of rows that grow where they stand.

-- What the provider said to a call that it answers later: as JSON a list of tickets, one for each question
-- in its place, null where it refused one. A call is known by its first attempt.
CREATE TABLE provider_call (
    workspace_id @id@   NOT NULL,
    id           @id@   NOT NULL,
    tickets      TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, id)
)@strict@;

-- How a contact's way through a run ended. A contact of a run without a result is not done.
CREATE TABLE run_result (
    workspace_id @id@   NOT NULL,
    run_id       @id@   NOT NULL,
    contact_id   @id@   NOT NULL,
    spent_micros @int@  NOT NULL,
    result       TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, run_id, contact_id)
)@strict@;

INSERT INTO run_result (workspace_id, run_id, contact_id, spent_micros, result)
    SELECT workspace_id, run_id, contact_id, spent_micros, result FROM run_contact
    WHERE state = 'done';
ALTER TABLE run_contact DROP COLUMN state;
ALTER TABLE run_contact DROP COLUMN spent_micros;
ALTER TABLE run_contact DROP COLUMN result;

-- What came of an attempt; without it the call may be under way. `cost_micros` counts a lost answer at its
-- worst price.
CREATE TABLE attempt_end (
    workspace_id @id@   NOT NULL,
    id           @id@   NOT NULL,
    state        TEXT   NOT NULL,
    cost_micros  @int@  NOT NULL,
    ended_at     @int@  NOT NULL,
    answer       TEXT,
    error        TEXT,
    PRIMARY KEY (workspace_id, id)
)@strict@;

INSERT INTO attempt_end (workspace_id, id, state, cost_micros, ended_at, answer, error)
    SELECT workspace_id, id, state, cost_micros, COALESCE(answered_at, asked_at), answer, error
    FROM attempt WHERE state NOT IN ('asked', 'pending');
INSERT INTO provider_call (workspace_id, id, tickets)
    SELECT workspace_id, id, '["' || REPLACE(REPLACE(ticket, '\', '\\'), '"', '\"') || '"]'
    FROM attempt WHERE ticket IS NOT NULL;
DROP INDEX attempt_open;
DROP INDEX attempt_by_contact;
ALTER TABLE attempt DROP COLUMN state;
ALTER TABLE attempt DROP COLUMN cost_micros;
ALTER TABLE attempt DROP COLUMN answered_at;
ALTER TABLE attempt DROP COLUMN ticket;
ALTER TABLE attempt DROP COLUMN answer;
ALTER TABLE attempt DROP COLUMN error;
-- Call and place, of an attempt that shares its call with others.
ALTER TABLE attempt ADD COLUMN mark TEXT;

-- How many attempts of the provider about the contact came before. Who asks says how many it knows of;
-- if another process has asked meanwhile, the place is taken, whatever came of it. So nobody is asked
-- about one person twice at the same time, nor by somebody who has not heard of the answer.
ALTER TABLE attempt ADD COLUMN nth @int@ NOT NULL DEFAULT 0;
UPDATE attempt SET nth = (
    SELECT COUNT(*) FROM attempt AS earlier
    WHERE earlier.workspace_id = attempt.workspace_id AND earlier.contact_id = attempt.contact_id
      AND earlier.provider = attempt.provider AND earlier.id < attempt.id);
CREATE UNIQUE INDEX attempt_nth ON attempt (workspace_id, contact_id, provider, nth);
