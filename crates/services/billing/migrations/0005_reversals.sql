-- Payments that Stripe says were taken back, for all workspaces of the installation: whose payment it is may be known
-- later only.
CREATE TABLE stripe_reversal (
    payment @text@ NOT NULL,
    -- refund or dispute
    kind @text@ NOT NULL,
    -- Stripe's charge of which something was paid back, or its dispute.
    object @text@ NOT NULL,
    -- Smallest units, of a charge in all.
    amount @int@ NOT NULL CHECK (amount >= 0),
    -- A dispute that was decided for the seller.
    won @int@ NOT NULL,
    told_at @int@ NOT NULL,
    PRIMARY KEY (payment, kind, object)
)@clustered@;

CREATE INDEX stripe_reversal_told ON stripe_reversal (told_at);

-- Which credits the payment of a period brought, month by month.
CREATE TABLE billing_grant (
    workspace_id @id@ NOT NULL,
    invoice_id @id@ NOT NULL,
    grant_id @id@ NOT NULL,
    -- None where they last for ever.
    ends_at @int@,
    -- Thousandths that were drawn before of grants in whose place this one came.
    drawn @int@ NOT NULL CHECK (drawn >= 0),
    PRIMARY KEY (workspace_id, invoice_id, grant_id)
)@clustered@;

-- What went with a payment that was taken back: a dispute that is won gives the same again.
CREATE TABLE billing_taken (
    workspace_id @id@ NOT NULL,
    -- The key of the refund or dispute in billing_transaction.
    key @text@ NOT NULL,
    -- Thousandths of credits that were taken away, and that were spent before and are owed.
    taken @int@ NOT NULL CHECK (taken >= 0),
    owed @int@ NOT NULL CHECK (owed >= 0),
    -- Until when they would have lasted; none for ever.
    ends_at @int@,
    at @int@ NOT NULL,
    PRIMARY KEY (workspace_id, key)
)@clustered@;
