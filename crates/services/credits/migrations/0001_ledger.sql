-- Where a workspace stands. Everything here follows from its entries and grants; the ledger keeps it beside
-- them so that one row is the lock and the answer. Amounts are thousandths of a credit.
CREATE TABLE credit_account (
    workspace_id   @id@  NOT NULL,
    -- The number of the last entry.
    seq            @int@ NOT NULL,
    available      @int@ NOT NULL,
    held           @int@ NOT NULL,
    spent          @int@ NOT NULL,
    granted        @int@ NOT NULL,
    expired        @int@ NOT NULL,
    -- Corrections by hand: what was added less what was taken.
    adjusted       @int@ NOT NULL,
    -- The grant that is drawn from now, and what is left of it: its own row is behind while it is drawn from.
    current_grant  @id@,
    current_left   @int@ NOT NULL,
    -- When the next grant begins or ends; until then nothing needs to be looked at.
    next_change_at @int@ NOT NULL,
    -- Days since 1970 (UTC), and what was held or spent on that day.
    day            @int@ NOT NULL,
    day_used       @int@ NOT NULL,
    policy_version @int@ NOT NULL,
    -- What listeners were told last: 0 nothing, 1 low, 2 depleted.
    alert          @int@ NOT NULL,
    PRIMARY KEY (workspace_id),
    CHECK (available >= 0 AND held >= 0 AND spent >= 0 AND granted >= 0 AND expired >= 0),
    CHECK (current_left >= 0 AND current_left <= available),
    CHECK (available + held + spent + expired = granted + adjusted)
)@clustered@;

-- Each row moves an amount out of one of the workspace's accounts (debit) into another (credit), so that it sums to
-- zero by itself. The rows of one key are one transaction.
CREATE TABLE credit_entry (
    workspace_id  @id@    NOT NULL,
    -- 1, 2, 3, … without gaps.
    seq           @int@   NOT NULL,
    at            @int@   NOT NULL,
    kind          @text@  NOT NULL,
    debit         @text@  NOT NULL,
    credit        @text@  NOT NULL,
    amount        @int@   NOT NULL CHECK (amount > 0),
    -- What is available then.
    balance_after @int@   NOT NULL CHECK (balance_after >= 0),
    -- The hash of the idempotency key, and of what was asked for under it.
    key           @bytes@ NOT NULL,
    line          @int@   NOT NULL,
    request       @bytes@ NOT NULL,
    hold_id       @id@,
    grant_id      @id@,
    -- The key of the charge that this corrects.
    of_key        @bytes@,
    action        @text@,
    quantity      @int@   NOT NULL,
    provider      @text@,
    run_id        @id@,
    subject_id    @id@,
    member_id     @id@,
    reason        @text@  NOT NULL,
    PRIMARY KEY (workspace_id, seq)
)@clustered@;

CREATE UNIQUE INDEX credit_entry_key ON credit_entry (workspace_id, key, line);

@append_only:credit_entry@;

-- Holds that are open, a row for each grant that one draws from. Ending one removes its rows, which is what makes
-- it end once; the entries remember it.
CREATE TABLE credit_hold (
    workspace_id @id@   NOT NULL,
    id           @id@   NOT NULL,
    line         @int@  NOT NULL,
    grant_id     @id@   NOT NULL,
    amount       @int@  NOT NULL CHECK (amount > 0),
    action       @text@ NOT NULL,
    quantity     @int@  NOT NULL,
    provider     @text@,
    run_id       @id@,
    subject_id   @id@,
    member_id    @id@,
    at           @int@  NOT NULL,
    expires_at   @int@  NOT NULL,
    PRIMARY KEY (workspace_id, id, line)
)@clustered@;

CREATE INDEX credit_hold_expiry ON credit_hold (expires_at, workspace_id);

CREATE TABLE credit_grant (
    workspace_id        @id@   NOT NULL,
    id                  @id@   NOT NULL,
    source              @text@ NOT NULL,
    amount              @int@  NOT NULL CHECK (amount >= 0),
    left_over           @int@  NOT NULL CHECK (left_over >= 0 AND left_over <= amount),
    priority            @int@  NOT NULL,
    effective_at        @int@  NOT NULL,
    expires_at          @int@,
    -- How much of it goes on at the end, and until when.
    rollover_max        @int@,
    rollover_expires_at @int@,
    rolled_to           @id@,
    -- scheduled, active, empty or ended
    state               @text@ NOT NULL,
    note                @text@ NOT NULL,
    -- The hash of what was asked for; the id is the hash of its key.
    request             @bytes@ NOT NULL,
    created_at          @int@  NOT NULL,
    PRIMARY KEY (workspace_id, id)
)@clustered@;

CREATE INDEX credit_grant_open ON credit_grant (workspace_id, effective_at) WHERE state IN ('scheduled', 'active');

-- What was paid for: nobody pays twice for the same action on the same contact.
CREATE TABLE credit_charged (
    workspace_id @id@    NOT NULL,
    subject_id   @id@    NOT NULL,
    action       @text@  NOT NULL,
    -- The key of the charge's entries.
    key          @bytes@ NOT NULL,
    amount       @int@   NOT NULL,
    at           @int@   NOT NULL,
    PRIMARY KEY (workspace_id, subject_id, action)
)@clustered@;

-- What of a charge was given back so far.
CREATE TABLE credit_refunded (
    workspace_id @id@    NOT NULL,
    key          @bytes@ NOT NULL,
    amount       @int@   NOT NULL CHECK (amount > 0),
    PRIMARY KEY (workspace_id, key)
)@clustered@;

-- What became of the payments of contacts that were merged, to take it back.
CREATE TABLE credit_merged (
    workspace_id @id@    NOT NULL,
    from_id      @id@    NOT NULL,
    into_id      @id@    NOT NULL,
    action       @text@  NOT NULL,
    key          @bytes@ NOT NULL,
    amount       @int@   NOT NULL,
    at           @int@   NOT NULL,
    PRIMARY KEY (workspace_id, from_id, into_id, action)
)@clustered@;

-- For whom a charge counts by now, to take that away where it is given back.
CREATE INDEX credit_merged_key ON credit_merged (workspace_id, key);

-- What is used of limits: by provider and month, by member and month, by run.
CREATE TABLE credit_counter (
    workspace_id @id@   NOT NULL,
    kind         @text@ NOT NULL,
    subject      @text@ NOT NULL,
    -- Months since 1970 (UTC); 0 where it never begins anew.
    period       @int@  NOT NULL,
    used         @int@  NOT NULL,
    PRIMARY KEY (workspace_id, kind, subject, period)
)@clustered@;

-- What a workspace may do and what it pays for it, as JSON.
CREATE TABLE credit_policy (
    workspace_id @id@   NOT NULL,
    version      @int@  NOT NULL,
    policy       @text@ NOT NULL,
    PRIMARY KEY (workspace_id)
)@clustered@;
