-- Guests see only what access rules name.
ALTER TABLE users DROP CONSTRAINT users_role_check;
ALTER TABLE users ADD CONSTRAINT users_role_check CHECK (role IN ('GUEST', 'VIEWER', 'EDITOR', 'ADMIN'));
