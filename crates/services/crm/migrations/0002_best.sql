-- The best e-mail and phone of a contact, apart from the contact: rows that grow where they stand are
-- three times as dear to write as new ones.
CREATE TABLE contact_best (
    workspace_id @id@   NOT NULL,
    contact_id   @id@   NOT NULL,
    email        TEXT,
    phone        TEXT,
    updated_at   @int@  NOT NULL,
    PRIMARY KEY (workspace_id, contact_id)
)@strict@;

INSERT INTO contact_best (workspace_id, contact_id, email, phone, updated_at)
    SELECT workspace_id, id, email, phone, updated_at FROM contact
    WHERE email IS NOT NULL OR phone IS NOT NULL;
ALTER TABLE contact DROP COLUMN email;
ALTER TABLE contact DROP COLUMN phone;
