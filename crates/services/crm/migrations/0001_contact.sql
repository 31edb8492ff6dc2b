CREATE TABLE contact (
    workspace_id   @id@   NOT NULL,
    id             @id@   NOT NULL,
    first_name     TEXT   NOT NULL,
    last_name      TEXT   NOT NULL,
    company        TEXT   NOT NULL,
    domain         TEXT,
    title          TEXT   NOT NULL,
    linkedin_url   TEXT   NOT NULL,
    country        TEXT   NOT NULL,
    original_email TEXT,
    original_phone TEXT,
    email          TEXT,
    phone          TEXT,
    created_at     @int@  NOT NULL,
    updated_at     @int@  NOT NULL,
    PRIMARY KEY (workspace_id, id)
)@strict@;

-- The marks by which a person is known again. A mark belongs to one contact.
CREATE TABLE contact_key (
    workspace_id @id@    NOT NULL,
    mark         @bytes@ NOT NULL,
    contact_id   @id@    NOT NULL,
    PRIMARY KEY (workspace_id, mark)
)@strict@;

-- What was found, by whom, when, for how much and how surely: one row a field and source.
CREATE TABLE contact_value (
    workspace_id @id@   NOT NULL,
    contact_id   @id@   NOT NULL,
    field        TEXT   NOT NULL,
    source       TEXT   NOT NULL,
    value        TEXT   NOT NULL,
    at           @int@  NOT NULL,
    cost_micros  @int@  NOT NULL,
    confidence   @int@  NOT NULL,
    status       TEXT   NOT NULL,
    verification TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, field, source)
)@strict@;
