-- Where the file came from: `local` (a path of this machine), `upload`, `leads` (rows in a request).
ALTER TABLE import_job ADD COLUMN source TEXT NOT NULL DEFAULT 'local';
ALTER TABLE import_job ADD COLUMN created_at @int@ NOT NULL DEFAULT 0;
ALTER TABLE import_job ADD COLUMN created_by @id@;
-- The name of the raw file in the file store; none where there is none, or none any more.
ALTER TABLE import_job ADD COLUMN file_key TEXT;
ALTER TABLE import_job ADD COLUMN file_bytes @int@ NOT NULL DEFAULT 0;
-- How it is read (delimiter, encoding, sheet, header row), as JSON.
ALTER TABLE import_job ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
-- What was found out about the file before the import (dialect, columns, samples, counts), as JSON.
ALTER TABLE import_job ADD COLUMN preview TEXT;
-- What happens to contacts that are there already, as JSON.
ALTER TABLE import_job ADD COLUMN policy TEXT NOT NULL DEFAULT '{}';
-- Tags for each contact of it, as JSON.
ALTER TABLE import_job ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
-- What was asked for while it runs: `run`, `pause`, `cancel`.
ALTER TABLE import_job ADD COLUMN wanted TEXT NOT NULL DEFAULT 'run';
ALTER TABLE import_job ADD COLUMN n_created @int@ NOT NULL DEFAULT 0;
ALTER TABLE import_job ADD COLUMN n_updated @int@ NOT NULL DEFAULT 0;
ALTER TABLE import_job ADD COLUMN n_merged @int@ NOT NULL DEFAULT 0;
ALTER TABLE import_job ADD COLUMN n_unchanged @int@ NOT NULL DEFAULT 0;
ALTER TABLE import_job ADD COLUMN n_skipped @int@ NOT NULL DEFAULT 0;
-- Cells that could not be used as what their column is for.
ALTER TABLE import_job ADD COLUMN n_problems @int@ NOT NULL DEFAULT 0;
-- Rows the file has, where a preview has counted them.
ALTER TABLE import_job ADD COLUMN n_expected @int@;
-- What was repaired or left out, in sentences, as JSON.
ALTER TABLE import_job ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
-- Why it failed or cannot begin, in a sentence.
ALTER TABLE import_job ADD COLUMN trouble TEXT;
-- The last dry run: counts, as JSON, and its rows as a file of the store.
ALTER TABLE import_job ADD COLUMN dry_run TEXT;
ALTER TABLE import_job ADD COLUMN dry_run_key TEXT;
-- What undoing did, as JSON.
ALTER TABLE import_job ADD COLUMN undo TEXT;

UPDATE import_job SET created_at = started_at;

CREATE INDEX import_job_by_time ON import_job (workspace_id, created_at, id);

-- What became of a row: `created`, `updated`, `merged`, `unchanged`, `skipped`; empty where it names nobody.
ALTER TABLE import_row ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
-- Why it was skipped or merged, in a sentence.
ALTER TABLE import_row ADD COLUMN reason TEXT;

-- Rows that name somebody who was there: what keeps a contact when the import that made it is undone.
CREATE INDEX import_row_met ON import_row (workspace_id, contact_id)
    WHERE outcome <> 'created' AND contact_id IS NOT NULL;

-- What could not be used of a row: the whole of it (column 0) or a cell.
CREATE TABLE import_problem (
    workspace_id  @id@  NOT NULL,
    import_id     @id@  NOT NULL,
    -- The data row, from 1.
    number        @int@ NOT NULL,
    -- The column in the file, from 1; 0 for the whole row.
    column_number @int@ NOT NULL,
    -- The physical line or sheet row, from 1.
    line          @int@ NOT NULL,
    column_name   TEXT  NOT NULL,
    value         TEXT  NOT NULL,
    reason        TEXT  NOT NULL,
    PRIMARY KEY (workspace_id, import_id, number, column_number)
)@strict@;

INSERT INTO import_problem
    (workspace_id, import_id, number, column_number, line, column_name, value, reason)
    SELECT workspace_id, import_id, number, 0, line, '', '', reason FROM import_fault;
DROP TABLE import_fault;

-- A file that comes in parts: what has arrived.
CREATE TABLE import_part (
    workspace_id @id@    NOT NULL,
    import_id    @id@    NOT NULL,
    -- Counts from 1.
    number       @int@   NOT NULL,
    bytes        @int@   NOT NULL,
    -- BLAKE3 of the part.
    hash         @bytes@ NOT NULL,
    at           @int@   NOT NULL,
    PRIMARY KEY (workspace_id, import_id, number)
)@strict@;

-- How a header was understood the last time, for files with the same one.
CREATE TABLE import_mapping (
    workspace_id @id@    NOT NULL,
    -- BLAKE3 of the names of the columns, in order, folded.
    signature    @bytes@ NOT NULL,
    name         TEXT    NOT NULL,
    header       TEXT    NOT NULL,
    mapping      TEXT    NOT NULL,
    created_by   @id@,
    created_at   @int@   NOT NULL,
    used_at      @int@   NOT NULL,
    PRIMARY KEY (workspace_id, signature)
)@strict@;
