-- The last number of an invoice; one series without gaps for all workspaces of the installation.
CREATE TABLE billing_number (
    series @text@ NOT NULL,
    last @int@ NOT NULL,
    PRIMARY KEY (series)
)@clustered@;

CREATE TABLE invoice (
    workspace_id @id@ NOT NULL,
    id @id@ NOT NULL,
    -- Given when it is issued: one that is not yet issued has none.
    number @int@,
    -- draft, open, paid, void
    status @text@ NOT NULL,
    -- subscription, upgrade, renewal or package
    kind @text@ NOT NULL,
    subscription_id @id@,
    currency @text@ NOT NULL,
    -- Smallest units: net + tax = total.
    net @int@ NOT NULL,
    tax @int@ NOT NULL,
    total @int@ NOT NULL,
    rate_bp @int@ NOT NULL,
    refunded @int@ NOT NULL,
    -- The buyer as they stood then.
    buyer @text@ NOT NULL,
    country @text@,
    vat_id @text@,
    period_start @int@,
    period_end @int@,
    issued_at @int@ NOT NULL,
    due_at @int@,
    paid_at @int@,
    -- How it was paid: a bank reference, or Stripe's payment.
    reference @text@,
    stripe_id @text@,
    PRIMARY KEY (workspace_id, id),
    CHECK (net + tax = total AND refunded >= 0 AND refunded <= total)
)@strict@;

CREATE UNIQUE INDEX invoice_number ON invoice (number) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX invoice_stripe ON invoice (stripe_id) WHERE stripe_id IS NOT NULL;

CREATE INDEX invoice_reference ON invoice (reference) WHERE reference IS NOT NULL;

CREATE TABLE invoice_line (
    workspace_id @id@ NOT NULL,
    invoice_id @id@ NOT NULL,
    line @int@ NOT NULL,
    description @text@ NOT NULL,
    quantity @int@ NOT NULL,
    -- Smallest units; below zero where something is given back.
    amount @int@ NOT NULL,
    PRIMARY KEY (workspace_id, invoice_id, line)
)@clustered@;

@append_only:invoice_line@;

-- Money that moved, or was refused. Rows are added, never changed.
CREATE TABLE billing_transaction (
    workspace_id @id@ NOT NULL,
    id @id@ NOT NULL,
    -- payment, failure, refund or dispute
    kind @text@ NOT NULL,
    invoice_id @id@,
    -- Smallest units, above zero; the kind says which way.
    amount @int@ NOT NULL,
    currency @text@ NOT NULL,
    -- manual or stripe
    via @text@ NOT NULL,
    -- What makes it one and the same when it is told twice.
    key @text@ NOT NULL,
    reference @text@ NOT NULL,
    at @int@ NOT NULL,
    PRIMARY KEY (workspace_id, id)
)@clustered@;

CREATE UNIQUE INDEX billing_transaction_key ON billing_transaction (workspace_id, key);

@append_only:billing_transaction@;

-- Cards and the like that Stripe keeps; of their numbers there is nothing here but the last four digits.
CREATE TABLE payment_method (
    workspace_id @id@ NOT NULL,
    id @id@ NOT NULL,
    stripe_id @text@ NOT NULL,
    -- card, paypal, …
    kind @text@ NOT NULL,
    brand @text@,
    last4 @text@,
    expires @text@,
    is_default @int@ NOT NULL,
    created_at @int@ NOT NULL,
    PRIMARY KEY (workspace_id, id)
)@clustered@;

CREATE UNIQUE INDEX payment_method_stripe ON payment_method (workspace_id, stripe_id);
