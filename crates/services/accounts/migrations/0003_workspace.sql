CREATE TABLE workspace (
    workspace_id @id@ NOT NULL,
    name @text@ NOT NULL,
    -- In small letters, to be searched.
    name_folded @text@ NOT NULL,
    -- standard, premium or enterprise: how many requests its members may make.
    tier @text@ NOT NULL,
    created_at @int@ NOT NULL,
    PRIMARY KEY (workspace_id)
)@clustered@;

CREATE TABLE member (
    workspace_id @id@ NOT NULL,
    person_id @id@ NOT NULL,
    role @text@ NOT NULL,
    -- Thousandths of a credit that they may spend in a month; none means no limit of their own.
    spending_limit @int@,
    joined_at @int@ NOT NULL,
    PRIMARY KEY (workspace_id, person_id)
)@clustered@;

CREATE INDEX member_person ON member (person_id, joined_at);

-- Invitations that nobody has accepted or withdrawn; then the row goes, and the log remembers.
CREATE TABLE invitation (
    workspace_id @id@ NOT NULL,
    id @id@ NOT NULL,
    email_sealed @text@ NOT NULL,
    email_index @bytes@ NOT NULL,
    role @text@ NOT NULL,
    token_hash @bytes@ NOT NULL,
    invited_by @id@ NOT NULL,
    created_at @int@ NOT NULL,
    expires_at @int@ NOT NULL,
    PRIMARY KEY (workspace_id, id)
)@clustered@;

CREATE UNIQUE INDEX invitation_token ON invitation (token_hash);

CREATE TABLE api_key (
    workspace_id @id@ NOT NULL,
    id @id@ NOT NULL,
    name @text@ NOT NULL,
    -- What of it may be shown: cptk_ and eight characters.
    visible @text@ NOT NULL,
    token_hash @bytes@ NOT NULL,
    scopes @text@ NOT NULL,
    -- The most it may do; today's role of whoever made it bounds it too.
    role @text@ NOT NULL,
    created_by @id@ NOT NULL,
    created_at @int@ NOT NULL,
    expires_at @int@,
    used_at @int@,
    used_address @text@,
    revoked_at @int@,
    PRIMARY KEY (workspace_id, id)
)@clustered@;

CREATE UNIQUE INDEX api_key_token ON api_key (token_hash);
CREATE INDEX api_key_maker ON api_key (workspace_id, created_by, id);

-- What was done, by whom, from where. Rows are added, never changed. What belongs to no workspace is
-- in the installation's.
CREATE TABLE audit (
    workspace_id @id@ NOT NULL,
    id @id@ NOT NULL,
    at @int@ NOT NULL,
    -- session, key or nobody
    actor_kind @text@ NOT NULL,
    actor_id @id@,
    action @text@ NOT NULL,
    -- done or refused
    outcome @text@ NOT NULL,
    -- What it was done to, as a typed id or a word.
    subject @text@ NOT NULL,
    address @text@ NOT NULL,
    agent @text@ NOT NULL,
    request @text@ NOT NULL,
    -- JSON, without secrets and whole addresses.
    detail @text@ NOT NULL,
    PRIMARY KEY (workspace_id, id)
)@clustered@;

CREATE INDEX audit_action ON audit (workspace_id, action, id);
CREATE INDEX audit_actor ON audit (workspace_id, actor_id, id);

@append_only:audit@;
