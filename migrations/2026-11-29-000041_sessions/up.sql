-- When a token was last used, from where and with what program.
ALTER TABLE bearer_tokens ADD COLUMN last_used_at timestamptz, ADD COLUMN address text, ADD COLUMN program text;
-- Personal access tokens end.
UPDATE bearer_tokens SET expires_at = now() + interval '90 days' WHERE kind = 'PERSONAL' AND expires_at IS NULL;
-- Also those that the version before this one makes while this one starts.
ALTER TABLE bearer_tokens ALTER COLUMN expires_at SET DEFAULT now() + interval '90 days';
