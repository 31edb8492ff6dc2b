-- People with an account; shared by all workspaces. Addresses are sealed, `email_index` finds them.
CREATE TABLE person (
    id @id@ NOT NULL,
    email_sealed @text@ NOT NULL,
    email_index @bytes@ NOT NULL,
    name @text@ NOT NULL,
    -- None for somebody who only signs in through Google, Apple or a passkey.
    password_hash @text@,
    superadmin @int@ NOT NULL DEFAULT 0,
    disabled_at @int@,
    -- JSON, the person's own.
    preferences @text@ NOT NULL,
    created_at @int@ NOT NULL,
    PRIMARY KEY (id)
)@clustered@;

CREATE UNIQUE INDEX person_email ON person (email_index);

-- Sign-ups that wait for their code; shared by all workspaces, since nobody is in one yet.
CREATE TABLE registration (
    token_hash @bytes@ NOT NULL,
    email_sealed @text@ NOT NULL,
    name @text@ NOT NULL,
    -- Empty where the address has an account: no code opens that one.
    password_hash @text@ NOT NULL,
    workspace_name @text@ NOT NULL,
    code_hash @bytes@ NOT NULL,
    code_expires_at @int@ NOT NULL,
    tries @int@ NOT NULL,
    expires_at @int@ NOT NULL,
    PRIMARY KEY (token_hash)
)@clustered@;

CREATE INDEX registration_expires ON registration (expires_at);

-- How often something happened in a stretch of time: wrong passwords, codes sent. For all workspaces.
CREATE TABLE tally (
    key_hash @bytes@ NOT NULL,
    ends_at @int@ NOT NULL,
    n @int@ NOT NULL,
    PRIMARY KEY (key_hash)
)@clustered@;

CREATE INDEX tally_ends ON tally (ends_at);

-- Links that set a new password; of people, so for all workspaces.
CREATE TABLE password_reset (
    token_hash @bytes@ NOT NULL,
    person_id @id@ NOT NULL,
    expires_at @int@ NOT NULL,
    used_at @int@,
    PRIMARY KEY (token_hash)
)@clustered@;

CREATE INDEX password_reset_person ON password_reset (person_id);

-- What this installation is, once for all workspaces: whether it is set up, with which token it may be,
-- which keys it was sealed with.
CREATE TABLE installation (
    name @text@ NOT NULL,
    value @text@ NOT NULL,
    PRIMARY KEY (name)
)@clustered@;
