-- Which contact's value was to be taken, as JSON: the word of a field and `kept` or `gone`.
ALTER TABLE contact_merge ADD COLUMN choices TEXT NOT NULL DEFAULT '{}';
-- Tags, consents and findings that the kept one got, as JSON.
ALTER TABLE contact_merge ADD COLUMN joined TEXT NOT NULL DEFAULT '{}';

CREATE INDEX contact_merge_by_time ON contact_merge (workspace_id, at, id);

-- Two contacts that may be one, for a person to decide; once, whichever of them comes first.
CREATE TABLE duplicate_pair (
    workspace_id @id@    NOT NULL,
    id           @id@    NOT NULL,
    -- The smaller id and the larger.
    a_id         @id@    NOT NULL,
    b_id         @id@    NOT NULL,
    -- How probable it is that they are one, in millionths.
    probability  @int@   NOT NULL,
    -- Why it is asked: `same`, `unsure`, `conflict`, `chain` or `marks`.
    why          TEXT    NOT NULL,
    -- What each comparison says, as JSON.
    explanation  TEXT    NOT NULL,
    -- Of the fields of both that are compared: what was dismissed is asked again when it changed.
    form         @bytes@ NOT NULL,
    -- `open`, `merged` or `dismissed`.
    state        TEXT    NOT NULL,
    merge_id     @id@,
    found_at     @int@   NOT NULL,
    decided_at   @int@,
    decided_by   @id@,
    PRIMARY KEY (workspace_id, id)
)@strict@;

CREATE UNIQUE INDEX duplicate_pair_once ON duplicate_pair (workspace_id, a_id, b_id);
CREATE INDEX duplicate_pair_by_state ON duplicate_pair (workspace_id, state, probability, id);
CREATE INDEX duplicate_pair_by_b ON duplicate_pair (workspace_id, b_id);
