-- When a token was last used, from where and with what program.
ALTER TABLE bearer_tokens ADD COLUMN last_used_at timestamptz, ADD COLUMN address text, ADD COLUMN program text;
-- Personal access tokens end.
UPDATE bearer_tokens SET expires_at = now() + interval '90 days' WHERE kind = 'PERSONAL' AND expires_at IS NULL;
