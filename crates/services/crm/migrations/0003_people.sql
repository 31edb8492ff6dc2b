-- Companies: made once, whichever lists name them.
CREATE TABLE company (
    workspace_id @id@   NOT NULL,
    id           @id@   NOT NULL,
    name         @text@ NOT NULL,
    domain       @text@,
    -- What else is known, as JSON: the word of a detail and its value.
    details      TEXT   NOT NULL,
    -- The marks that stand for it in company_key, 16 bytes each.
    marks        @bytes@ NOT NULL,
    -- What made it (an import), where something did.
    origin_id    @id@,
    -- Counts its changes.
    version      @int@  NOT NULL,
    created_at   @int@  NOT NULL,
    updated_at   @int@  NOT NULL,
    PRIMARY KEY (workspace_id, id)
)@strict@;

-- The marks by which a company is known again. A mark belongs to one company.
CREATE TABLE company_key (
    workspace_id @id@    NOT NULL,
    mark         @bytes@ NOT NULL,
    company_id   @id@    NOT NULL,
    PRIMARY KEY (workspace_id, mark)
)@clustered@;

ALTER TABLE contact ADD COLUMN company_id @id@;
ALTER TABLE contact ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
ALTER TABLE contact ADD COLUMN origin_id @id@;
ALTER TABLE contact ADD COLUMN version @int@ NOT NULL DEFAULT 1;
-- The contact that this one was found to be. It is shown no more, and comes back when that is undone.
ALTER TABLE contact ADD COLUMN merged_into @id@;
-- The marks that stand for it in contact_key, 16 bytes each.
ALTER TABLE contact ADD COLUMN marks @bytes@;

CREATE INDEX contact_by_company ON contact (workspace_id, company_id) WHERE company_id IS NOT NULL;

-- Marks now count e-mail, phone and company, so those of before are made anew: the workspaces where that is
-- still to be done, by the next list that comes into them.
CREATE TABLE contact_unmarked (
    workspace_id @id@ NOT NULL,
    PRIMARY KEY (workspace_id)
)@strict@;

INSERT INTO contact_unmarked (workspace_id) SELECT DISTINCT workspace_id FROM contact;
DROP TABLE contact_key;

-- The marks by which a person is known again. A mark belongs to one contact.
CREATE TABLE contact_key (
    workspace_id @id@    NOT NULL,
    mark         @bytes@ NOT NULL,
    contact_id   @id@    NOT NULL,
    PRIMARY KEY (workspace_id, mark)
)@clustered@;

CREATE TABLE contact_tag (
    workspace_id @id@   NOT NULL,
    contact_id   @id@   NOT NULL,
    tag          @text@ NOT NULL,
    -- What set it (an import), where something did.
    origin_id    @id@,
    PRIMARY KEY (workspace_id, contact_id, tag)
)@strict@;

CREATE INDEX contact_tag_by_tag ON contact_tag (workspace_id, tag, contact_id);

-- What people said about being written to or called; the latest refusal counts. Rows are added, not changed.
CREATE TABLE contact_consent (
    workspace_id @id@   NOT NULL,
    contact_id   @id@   NOT NULL,
    channel      TEXT   NOT NULL,
    at           @int@  NOT NULL,
    stance       TEXT   NOT NULL,
    -- Where it stood: the column and the words.
    evidence     TEXT   NOT NULL,
    origin_id    @id@,
    PRIMARY KEY (workspace_id, contact_id, channel, at, stance)
)@strict@;

-- Marks of people who were erased, and of addresses and domains that are suppressed: never made again.
CREATE TABLE contact_barred (
    workspace_id @id@    NOT NULL,
    mark         @bytes@ NOT NULL,
    reason       TEXT    NOT NULL,
    at           @int@   NOT NULL,
    PRIMARY KEY (workspace_id, mark)
)@clustered@;

-- What an import changed of contacts and companies that were there: what undoes it.
CREATE TABLE record_change (
    workspace_id @id@   NOT NULL,
    -- The import.
    origin_id    @id@   NOT NULL,
    -- Counts up within the import.
    number       @int@  NOT NULL,
    -- `contact` or `company`.
    kind         TEXT   NOT NULL,
    record_id    @id@   NOT NULL,
    -- The fields that changed, as JSON: before and after.
    before       TEXT   NOT NULL,
    after        TEXT   NOT NULL,
    at           @int@  NOT NULL,
    PRIMARY KEY (workspace_id, origin_id, number)
)@strict@;

CREATE INDEX record_change_by_record ON record_change (workspace_id, record_id);

-- Two contacts that were found to be one. Undone, both are what they were.
CREATE TABLE contact_merge (
    workspace_id @id@    NOT NULL,
    id           @id@    NOT NULL,
    kept_id      @id@    NOT NULL,
    gone_id      @id@    NOT NULL,
    -- The import that merged them; none where a person did.
    origin_id    @id@,
    -- Fields of the kept one that changed, as JSON: before and after.
    before       TEXT    NOT NULL,
    after        TEXT    NOT NULL,
    -- Marks that passed to the kept one, 16 bytes each.
    marks        @bytes@ NOT NULL,
    at           @int@   NOT NULL,
    undone_at    @int@,
    PRIMARY KEY (workspace_id, id)
)@strict@;

CREATE INDEX contact_merge_by_kept ON contact_merge (workspace_id, kept_id);
CREATE INDEX contact_merge_by_gone ON contact_merge (workspace_id, gone_id);
CREATE INDEX contact_merge_by_origin ON contact_merge (workspace_id, origin_id);

-- How many contacts a workspace has, those merged into others not counted.
CREATE TABLE contact_count (
    workspace_id @id@  NOT NULL,
    contacts     @int@ NOT NULL,
    PRIMARY KEY (workspace_id)
)@strict@;

INSERT INTO contact_count (workspace_id, contacts)
    SELECT workspace_id, COUNT(*) FROM contact GROUP BY workspace_id;
