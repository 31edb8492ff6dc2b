-- Rows are only added to it (ADR 0006): what is known of an address is what its checks say together.
CREATE TABLE email_check (
    workspace_id @id@    NOT NULL,
    -- UUIDv7: of two checks of an address the later one has the greater id.
    id           @id@    NOT NULL,
    -- Its normal form.
    email        @text@  NOT NULL,
    -- The list for which it was asked.
    list_id      @id@    NOT NULL,
    -- The deepest level at which it answers the question, 0 syntax to 3 smtp; -1 where it is no final answer.
    good_for     @int@   NOT NULL,
    checked_at   @int@   NOT NULL,
    -- When to ask again, where the mail server put the answer off.
    retry_at     @int@,
    -- How often it had been put off before.
    put_off      @int@   NOT NULL,
    -- The whole verdict as JSON.
    verdict      TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, id)
)@strict@;

CREATE INDEX email_check_of_email ON email_check (workspace_id, email);

-- A list under way, known by its content and by what is asked. `started_at` is that of its present round: what
-- was asked since then is not asked again when the list is begun anew before the round has finished.
CREATE TABLE check_list (
    workspace_id @id@   NOT NULL,
    id           @id@   NOT NULL,
    started_at   @int@  NOT NULL,
    finished_at  @int@,
    PRIMARY KEY (workspace_id, id)
)@strict@;
