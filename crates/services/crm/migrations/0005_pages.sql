-- Marks of contacts that came in numbers, beside contact_key: each mark stands in one of the two. In the order of
-- the marks, some dozens a row, so that a list of a million people writes thousands of rows one behind the other
-- and not millions at random places.
CREATE TABLE contact_key_page (
    workspace_id @id@    NOT NULL,
    run_id       @id@    NOT NULL,
    -- No mark of the page is smaller, none of the page before is as large.
    first_mark   @bytes@ NOT NULL,
    -- 16 bytes each, in order.
    marks        @bytes@ NOT NULL,
    -- The id of the contact of each, 16 bytes, in the same order.
    owners       @bytes@ NOT NULL,
    PRIMARY KEY (workspace_id, run_id, first_mark)
)@strict@;

-- Pages that were written together: whoever looks for a mark looks at one page of each run.
CREATE TABLE contact_key_run (
    workspace_id @id@  NOT NULL,
    run_id       @id@  NOT NULL,
    -- When it was written; some may have gone since.
    n_marks      @int@ NOT NULL,
    PRIMARY KEY (workspace_id, run_id)
)@strict@;

-- Changes whenever a contact gets marks: who has seen all marks and finds the same version still has.
CREATE TABLE contact_key_state (
    workspace_id @id@  NOT NULL,
    version      @id@  NOT NULL,
    -- Marks that were ever added.
    n_marks      @int@ NOT NULL,
    PRIMARY KEY (workspace_id)
)@strict@;

INSERT INTO contact_key_state (workspace_id, version, n_marks)
    SELECT workspace_id, workspace_id, COUNT(*) FROM contact_key GROUP BY workspace_id;
