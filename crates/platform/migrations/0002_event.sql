-- What happened, for whoever wants to know: webhooks, notifications, analytics, the search index.
CREATE TABLE event (
    seq @serial@,
    -- The number of the transaction that published it: on PostgreSQL the order in which readers may
    -- read (see events.rs); SQLite has one writer at a time and needs none.
    tx @int@ NOT NULL DEFAULT @transaction@,
    workspace_id @id@ NOT NULL,
    id @id@ NOT NULL,
    kind @text@ NOT NULL,
    subject @id@ NOT NULL,
    at @int@ NOT NULL,
    data @text@ NOT NULL
)@strict@;

CREATE UNIQUE INDEX event_in_order ON event (workspace_id, tx, seq);
