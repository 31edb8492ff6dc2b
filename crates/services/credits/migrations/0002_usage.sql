-- Below how many credits a workspace wants to be told, where its admins have said so; else its policy says it.
ALTER TABLE credit_account ADD COLUMN low_at @int@ CHECK (low_at >= 0);

-- What was spent, rolled up from the entries so that nobody reads those. What no entry says is '' or the nil id.
CREATE TABLE credit_usage (
    workspace_id @id@   NOT NULL,
    -- Days since 1970 (UTC): of the charge, or of the refund.
    day          @int@  NOT NULL,
    action       @text@ NOT NULL,
    provider     @text@ NOT NULL,
    member_id    @id@   NOT NULL,
    run_id       @id@   NOT NULL,
    -- Charges and what they were for: two e-mail addresses in one charge are 1 and 2.
    charges      @int@  NOT NULL,
    quantity     @int@  NOT NULL,
    -- Thousandths of a credit.
    charged      @int@  NOT NULL,
    refunds      @int@  NOT NULL,
    refunded     @int@  NOT NULL,
    PRIMARY KEY (workspace_id, day, action, provider, member_id, run_id)
)@clustered@;

-- Up to which entry they are rolled up.
CREATE TABLE credit_usage_mark (
    workspace_id @id@  NOT NULL,
    seq          @int@ NOT NULL,
    PRIMARY KEY (workspace_id)
)@clustered@;

-- What providers cost in money, as whoever calls them reports it.
CREATE TABLE credit_provider_spend (
    workspace_id @id@   NOT NULL,
    day          @int@  NOT NULL,
    provider     @text@ NOT NULL,
    run_id       @id@   NOT NULL,
    member_id    @id@   NOT NULL,
    calls        @int@  NOT NULL,
    found        @int@  NOT NULL,
    verified     @int@  NOT NULL,
    delivered    @int@  NOT NULL,
    -- Millionths of a dollar.
    usd_micros   @int@  NOT NULL,
    PRIMARY KEY (workspace_id, day, provider, run_id, member_id)
)@clustered@;
