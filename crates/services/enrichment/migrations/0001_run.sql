CREATE TABLE run (
    workspace_id   @id@    NOT NULL,
    id             @id@    NOT NULL,
    import_id      @id@    NOT NULL,
    sameness       @bytes@ NOT NULL,
    settings       TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    max_micros     @int@,
    spent_micros   @int@   NOT NULL,
    held_micros    @int@   NOT NULL,
    n_contacts     @int@   NOT NULL,
    n_done         @int@   NOT NULL,
    n_email        @int@   NOT NULL,
    n_verified     @int@   NOT NULL,
    n_phone        @int@   NOT NULL,
    n_calls        @int@   NOT NULL,
    n_cached       @int@   NOT NULL,
    n_in_doubt     @int@   NOT NULL,
    started_at     @int@   NOT NULL,
    finished_at    @int@,
    PRIMARY KEY (workspace_id, id)
)@strict@;

CREATE INDEX run_by_sameness ON run (workspace_id, sameness, started_at);

-- One contact's way through one run.
CREATE TABLE run_contact (
    workspace_id @id@   NOT NULL,
    run_id       @id@   NOT NULL,
    contact_id   @id@   NOT NULL,
    state        TEXT   NOT NULL,
    spent_micros @int@  NOT NULL,
    result       TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, run_id, contact_id)
)@strict@;

-- One call about one contact: written before it goes out, answered after.
CREATE TABLE attempt (
    workspace_id @id@   NOT NULL,
    id           @id@   NOT NULL,
    contact_id   @id@   NOT NULL,
    run_id       @id@   NOT NULL,
    provider     TEXT   NOT NULL,
    wants        TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    held_micros  @int@  NOT NULL,
    cost_micros  @int@  NOT NULL,
    asked_at     @int@  NOT NULL,
    answered_at  @int@,
    ticket       TEXT,
    answer       TEXT,
    error        TEXT,
    PRIMARY KEY (workspace_id, id)
)@strict@;

CREATE INDEX attempt_by_contact ON attempt (workspace_id, contact_id);

-- Nobody is asked about one person twice at the same time, by however many processes.
CREATE UNIQUE INDEX attempt_open ON attempt (workspace_id, contact_id, provider)
    WHERE state IN ('asked', 'pending');

-- The limits of a provider's key: one row a call allowed in a window, free from `free_at` on.
-- shared by all workspaces: a provider counts calls by key, and two workspaces may have the same one.
-- Keys are known by their hash.
CREATE TABLE rate_slot (
    provider  TEXT   NOT NULL,
    key_mark  TEXT   NOT NULL,
    window_ms @int@  NOT NULL,
    slot      @int@  NOT NULL,
    free_at   @int@  NOT NULL,
    PRIMARY KEY (provider, key_mark, window_ms, slot)
)@strict@;

-- How ill a provider was when last heard of, for `captely providers` and for the next process;
-- shared by all workspaces: its health does not depend on who asks.
CREATE TABLE provider_state (
    provider   TEXT   NOT NULL,
    key_mark   TEXT   NOT NULL,
    breaker    TEXT   NOT NULL,
    note       TEXT   NOT NULL,
    updated_at @int@  NOT NULL,
    PRIMARY KEY (provider, key_mark)
)@strict@;

-- What confirmed addresses have shown of a domain.
CREATE TABLE email_pattern (
    workspace_id @id@   NOT NULL,
    domain       TEXT   NOT NULL,
    pattern      TEXT   NOT NULL,
    sightings    @int@  NOT NULL,
    PRIMARY KEY (workspace_id, domain, pattern)
)@strict@;
