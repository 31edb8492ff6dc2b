-- Answers to requests that came with an idempotency key, for a day. `actor_id` is the person or key that asked.
CREATE TABLE idempotency (
    actor_id @id@ NOT NULL,
    -- Hash of operation and key.
    key_hash @bytes@ NOT NULL,
    -- Hash of the body: the same key with another body is refused.
    body_hash @bytes@ NOT NULL,
    status @int@ NOT NULL,
    -- The answer, sealed: it may hold what is shown once only.
    answer @text@ NOT NULL,
    expires_at @int@ NOT NULL,
    PRIMARY KEY (actor_id, key_hash)
)@clustered@;

CREATE INDEX idempotency_expires ON idempotency (expires_at);

-- How much of a limit is given out to the processes in the present minute.
CREATE TABLE rate_window (
    key_hash @bytes@ NOT NULL,
    minute @int@ NOT NULL,
    taken @int@ NOT NULL,
    PRIMARY KEY (key_hash)
)@clustered@;

CREATE INDEX rate_window_minute ON rate_window (minute);
