-- Who is signed in where; of people, so for all workspaces. `seat_id` is the workspace they work in.
CREATE TABLE session (
    id @id@ NOT NULL,
    person_id @id@ NOT NULL,
    seat_id @id@,
    created_at @int@ NOT NULL,
    -- When they last proved who they are.
    proved_at @int@ NOT NULL,
    -- When its tokens were last renewed.
    seen_at @int@ NOT NULL,
    expires_at @int@ NOT NULL,
    remembered @int@ NOT NULL,
    address @text@ NOT NULL,
    agent @text@ NOT NULL,
    ended_at @int@,
    -- signed_out, revoked, reused, password_changed, disabled. The program never reads it: it is for
    -- whoever looks here because somebody asks why they were signed out.
    ended_why @text@,
    PRIMARY KEY (id)
)@clustered@;

CREATE INDEX session_person ON session (person_id, created_at);
CREATE INDEX session_expires ON session (expires_at);

-- Refresh tokens, each renewed once; those of a session are a family. Of people, so for all workspaces.
CREATE TABLE refresh_token (
    token_hash @bytes@ NOT NULL,
    session_id @id@ NOT NULL,
    issued_at @int@ NOT NULL,
    expires_at @int@ NOT NULL,
    replaced_at @int@,
    -- The token that replaced it, sealed: given again to a client whose answer was lost. Taken away
    -- when that token is used or, within an hour or so, unused.
    successor_sealed @text@,
    successor_hash @bytes@,
    PRIMARY KEY (token_hash)
)@clustered@;

CREATE INDEX refresh_token_session ON refresh_token (session_id);
CREATE INDEX refresh_token_expires ON refresh_token (expires_at);
-- Few rows at any time: those whose successor is still there to be given again.
CREATE INDEX refresh_token_sealed ON refresh_token (successor_hash)
    WHERE successor_sealed IS NOT NULL;

-- What somebody has begun and must finish soon, once: a second factor, a passkey, a sign-in elsewhere.
-- Of people who are not signed in yet, so for all workspaces.
CREATE TABLE challenge (
    token_hash @bytes@ NOT NULL,
    kind @text@ NOT NULL,
    person_id @id@,
    state_sealed @text@ NOT NULL,
    tries @int@ NOT NULL,
    expires_at @int@ NOT NULL,
    PRIMARY KEY (token_hash)
)@clustered@;

CREATE INDEX challenge_expires ON challenge (expires_at);
CREATE INDEX challenge_person ON challenge (person_id) WHERE person_id IS NOT NULL;

-- Second factors of people, for all workspaces.
CREATE TABLE totp (
    person_id @id@ NOT NULL,
    secret_sealed @text@ NOT NULL,
    confirmed_at @int@,
    -- The last step of time whose code was taken: none is taken twice.
    last_step @int@ NOT NULL,
    PRIMARY KEY (person_id)
)@clustered@;

-- Of people, for all workspaces.
CREATE TABLE recovery_code (
    person_id @id@ NOT NULL,
    code_hash @bytes@ NOT NULL,
    PRIMARY KEY (person_id, code_hash)
)@clustered@;

-- Of people, for all workspaces.
CREATE TABLE passkey (
    person_id @id@ NOT NULL,
    id @id@ NOT NULL,
    name @text@ NOT NULL,
    credential_hash @bytes@ NOT NULL,
    credential_sealed @text@ NOT NULL,
    created_at @int@ NOT NULL,
    used_at @int@,
    PRIMARY KEY (person_id, id)
)@clustered@;

CREATE UNIQUE INDEX passkey_credential ON passkey (credential_hash);

-- Accounts elsewhere with which people sign in; for all workspaces.
CREATE TABLE outside_identity (
    provider @text@ NOT NULL,
    subject_hash @bytes@ NOT NULL,
    person_id @id@ NOT NULL,
    linked_at @int@ NOT NULL,
    used_at @int@ NOT NULL,
    PRIMARY KEY (provider, subject_hash)
)@clustered@;

-- One a provider: a second one with the same address is somebody else who has got it since.
CREATE UNIQUE INDEX outside_identity_person ON outside_identity (person_id, provider);
