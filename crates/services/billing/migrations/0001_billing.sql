-- Who pays: one row for each workspace that was seen by billing.
CREATE TABLE billing_customer (
    workspace_id @id@ NOT NULL,
    -- The months of the free plan count from here, however often a workspace comes back to it.
    free_anchor @int@ NOT NULL,
    -- When its one trial began.
    trial_at @int@,
    -- Thousandths of credits that were spent and whose payment was taken back; future grants of what is
    -- paid give them back first.
    owed_credits @int@ NOT NULL CHECK (owed_credits >= 0),
    -- Where invoices and receipts go, sealed; none for the owners' own addresses.
    email_sealed @text@,
    -- As they stand on invoices.
    name @text@ NOT NULL,
    country @text@,
    vat_id @text@,
    stripe_id @text@,
    created_at @int@ NOT NULL,
    PRIMARY KEY (workspace_id)
)@clustered@;

CREATE UNIQUE INDEX billing_customer_stripe ON billing_customer (stripe_id) WHERE stripe_id IS NOT NULL;

CREATE TABLE billing_subscription (
    workspace_id @id@ NOT NULL,
    id @id@ NOT NULL,
    -- Which plan, for those who count; terms has all of it.
    plan_id @text@ NOT NULL,
    -- The plan as it was sold, how it is paid, and what it is to change into: JSON.
    terms @text@ NOT NULL,
    status @text@ NOT NULL,
    anchor @int@ NOT NULL,
    period_start @int@ NOT NULL,
    period_end @int@ NOT NULL,
    months_granted @int@ NOT NULL,
    paid_through @int@ NOT NULL,
    cancel_at_period_end @int@ NOT NULL,
    open_invoice @id@,
    open_due_at @int@,
    failed_at @int@,
    asked @int@ NOT NULL,
    stripe_id @text@,
    created_at @int@ NOT NULL,
    ended_at @int@,
    -- When something comes next of it; none where nothing does.
    next_at @int@,
    PRIMARY KEY (workspace_id, id)
)@strict@;

-- A workspace has one plan, and at most one order that waits for its payment.
CREATE UNIQUE INDEX billing_subscription_current ON billing_subscription (workspace_id)
    WHERE status IN ('trialing', 'active', 'past_due', 'unpaid');
CREATE UNIQUE INDEX billing_subscription_order ON billing_subscription (workspace_id)
    WHERE status = 'incomplete';
CREATE INDEX billing_subscription_next ON billing_subscription (next_at) WHERE next_at IS NOT NULL;
CREATE UNIQUE INDEX billing_subscription_stripe ON billing_subscription (stripe_id)
    WHERE stripe_id IS NOT NULL;

-- Credits that were bought once.
CREATE TABLE credit_purchase (
    workspace_id @id@ NOT NULL,
    id @id@ NOT NULL,
    -- The package as it was sold: JSON.
    package @text@ NOT NULL,
    -- pending, paid or refunded
    status @text@ NOT NULL,
    invoice_id @id@ NOT NULL,
    -- The credits that it brought.
    grant_id @id@,
    -- Thousandths of credits that a refund has taken away or noted as owed.
    taken_back @int@ NOT NULL,
    created_at @int@ NOT NULL,
    paid_at @int@,
    PRIMARY KEY (workspace_id, id)
)@clustered@;

CREATE INDEX credit_purchase_invoice ON credit_purchase (workspace_id, invoice_id);

-- What was sold when, for all workspaces of the installation: each catalogue that a program was started with.
CREATE TABLE billing_catalogue (
    checksum @bytes@ NOT NULL,
    content @text@ NOT NULL,
    first_used_at @int@ NOT NULL,
    PRIMARY KEY (checksum)
)@clustered@;
