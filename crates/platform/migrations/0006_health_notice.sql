-- What a room has found wrong and a person must look at: /api/health tells it until the room takes it away.
-- It is of the whole installation.
CREATE TABLE health_notice (
    name @text@ NOT NULL PRIMARY KEY,
    -- What is wrong and what to do, in a sentence.
    said @text@ NOT NULL,
    at @int@ NOT NULL
)@clustered@;
