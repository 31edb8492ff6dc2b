-- Mail to send, being sent, or caught. `state`: 0 queued, 1 sending, 2 sent, 3 failed, 4 kept in the outbox.
CREATE TABLE mail (
    workspace_id @id@ NOT NULL,
    id @id@ NOT NULL,
    state @int@ NOT NULL DEFAULT 0,
    -- Times it was begun to be sent, also by workers that died over it.
    attempt @int@ NOT NULL DEFAULT 0,
    queued_at @int@ NOT NULL,
    -- Nobody wants it after that: a code has run out, say.
    useful_until @int@ NOT NULL,
    finished_at @int@,
    -- Recipient, template and its data, from the first attempt on the letter as it goes out; sealed,
    -- since they hold addresses and codes. Empty once it was sent or failed.
    sealed @text@ NOT NULL,
    -- What the service that took it calls it.
    provider_id @text@,
    error @text@,
    PRIMARY KEY (workspace_id, id)
)@strict@;

CREATE INDEX mail_by_age ON mail (queued_at);

CREATE INDEX mail_kept ON mail (queued_at, id) WHERE state = 4;
