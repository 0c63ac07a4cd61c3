-- What a token may be used for: one bit for each scope. Tokens that were made before, or that the version before this one
-- makes while this one starts, keep all.
ALTER TABLE bearer_tokens ADD COLUMN scopes integer NOT NULL DEFAULT 31;
