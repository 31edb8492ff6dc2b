-- Tags and consents by what set them: what two imports say stands twice, so that taking one back leaves the other's.
CREATE TABLE contact_tag_of (
    workspace_id @id@   NOT NULL,
    contact_id   @id@   NOT NULL,
    tag          @text@ NOT NULL,
    -- What set it: an import, or the workspace's own id where a person did.
    origin_id    @id@   NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, tag, origin_id)
)@strict@;

INSERT INTO contact_tag_of (workspace_id, contact_id, tag, origin_id)
    SELECT workspace_id, contact_id, tag, COALESCE(origin_id, workspace_id) FROM contact_tag;
DROP TABLE contact_tag;
ALTER TABLE contact_tag_of RENAME TO contact_tag;
CREATE INDEX contact_tag_by_tag ON contact_tag (workspace_id, tag, contact_id);

-- What people said about being written to or called; the latest refusal counts. Rows are added, not changed.
CREATE TABLE contact_consent_of (
    workspace_id @id@   NOT NULL,
    contact_id   @id@   NOT NULL,
    channel      TEXT   NOT NULL,
    at           @int@  NOT NULL,
    stance       TEXT   NOT NULL,
    -- Where it stood: the column and the words.
    evidence     TEXT   NOT NULL,
    -- What brought it: an import, or the workspace's own id where a person wrote it down.
    origin_id    @id@   NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, channel, at, stance, origin_id)
)@strict@;

INSERT INTO contact_consent_of (workspace_id, contact_id, channel, at, stance, evidence, origin_id)
    SELECT workspace_id, contact_id, channel, at, stance, evidence, COALESCE(origin_id, workspace_id)
    FROM contact_consent;
DROP TABLE contact_consent;
ALTER TABLE contact_consent_of RENAME TO contact_consent;

-- Merges of before do not say whose tags and consents they handed over: those stay with the kept contact.
UPDATE contact_merge SET joined = '{}';

-- Nothing of a contact is kept with another that has nothing to do with it any more, and no question about nobody.
UPDATE contact_merge SET before = '{}', after = '{}' WHERE undone_at IS NOT NULL;
DELETE FROM duplicate_pair WHERE NOT EXISTS (SELECT 1 FROM contact AS a
        WHERE a.workspace_id = duplicate_pair.workspace_id AND a.id = duplicate_pair.a_id)
    OR NOT EXISTS (SELECT 1 FROM contact AS b
        WHERE b.workspace_id = duplicate_pair.workspace_id AND b.id = duplicate_pair.b_id);
