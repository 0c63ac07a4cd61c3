ALTER TABLE bearer_tokens DROP COLUMN scopes;
