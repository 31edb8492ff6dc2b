-- Events of Stripe that came, for all workspaces of the installation: whose they are is known only when the
-- object was asked for.
CREATE TABLE stripe_event (
    id @text@ NOT NULL,
    kind @text@ NOT NULL,
    object @text@ NOT NULL,
    created_at @int@ NOT NULL,
    received_at @int@ NOT NULL,
    -- What came of it; none while it waits.
    outcome @text@,
    PRIMARY KEY (id)
)@clustered@;

CREATE INDEX stripe_event_received ON stripe_event (received_at);

-- Calls to Stripe that change something: written before they go out, with the key that makes a repeat safe.
CREATE TABLE stripe_intent (
    workspace_id @id@ NOT NULL,
    id @id@ NOT NULL,
    -- checkout, package, plan_change, …
    kind @text@ NOT NULL,
    -- What it is for: JSON.
    about @text@ NOT NULL,
    -- open, done or failed
    state @text@ NOT NULL,
    -- Stripe's id of what came of it, or why nothing did.
    answer @text@,
    created_at @int@ NOT NULL,
    done_at @int@,
    PRIMARY KEY (workspace_id, id)
)@clustered@;

-- Differences between Stripe's books and ours, for all workspaces of the installation.
CREATE TABLE billing_finding (
    -- What differs, and of which object; the same difference is one row.
    subject @text@ NOT NULL,
    kind @text@ NOT NULL,
    ours @text@ NOT NULL,
    theirs @text@ NOT NULL,
    first_seen_at @int@ NOT NULL,
    last_seen_at @int@ NOT NULL,
    -- When a comparison did not find it any more.
    resolved_at @int@,
    PRIMARY KEY (subject, kind)
)@clustered@;
