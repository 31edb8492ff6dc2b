CREATE TABLE import_job (
    workspace_id @id@    NOT NULL,
    id           @id@    NOT NULL,
    file_name    TEXT    NOT NULL,
    content_hash @bytes@ NOT NULL,
    header       TEXT    NOT NULL,
    roles        TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    n_read       @int@   NOT NULL,
    n_rows       @int@   NOT NULL,
    n_faults     @int@   NOT NULL,
    n_surplus    @int@   NOT NULL,
    started_at   @int@   NOT NULL,
    finished_at  @int@,
    PRIMARY KEY (workspace_id, id)
)@strict@;

CREATE INDEX import_job_by_content ON import_job (workspace_id, content_hash);

CREATE TABLE import_row (
    workspace_id @id@  NOT NULL,
    import_id    @id@  NOT NULL,
    number       @int@ NOT NULL,
    line         @int@ NOT NULL,
    contact_id   @id@,
    cells        TEXT  NOT NULL,
    PRIMARY KEY (workspace_id, import_id, number)
)@strict@;

CREATE TABLE import_fault (
    workspace_id @id@  NOT NULL,
    import_id    @id@  NOT NULL,
    number       @int@ NOT NULL,
    line         @int@ NOT NULL,
    reason       TEXT  NOT NULL,
    PRIMARY KEY (workspace_id, import_id, number)
)@strict@;
