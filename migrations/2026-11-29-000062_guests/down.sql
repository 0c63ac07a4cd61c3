-- Fails while there are guests: any other role would show them the whole library.
ALTER TABLE users DROP CONSTRAINT users_role_check;
ALTER TABLE users ADD CONSTRAINT users_role_check CHECK (role IN ('VIEWER', 'EDITOR', 'ADMIN'));
