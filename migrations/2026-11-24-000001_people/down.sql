DROP TABLE bearer_tokens;
DROP TABLE users;
DROP TABLE workspaces;
