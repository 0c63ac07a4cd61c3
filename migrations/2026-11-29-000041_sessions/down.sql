ALTER TABLE bearer_tokens ALTER COLUMN expires_at DROP DEFAULT;
ALTER TABLE bearer_tokens DROP COLUMN last_used_at, DROP COLUMN address, DROP COLUMN program;
