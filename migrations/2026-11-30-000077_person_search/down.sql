DROP TABLE faces, face_indexes;
ALTER TABLE workspaces DROP COLUMN person_search;
