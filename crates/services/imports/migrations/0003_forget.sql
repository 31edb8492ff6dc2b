-- What the daily job looks for in all workspaces at once: uploads without an end, and files beyond their days.
CREATE INDEX import_job_unfinished ON import_job (created_at, id) WHERE state = 'uploading';
CREATE INDEX import_job_with_file ON import_job (created_at, id) WHERE file_key IS NOT NULL;
