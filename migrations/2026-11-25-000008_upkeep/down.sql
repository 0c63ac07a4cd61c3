DROP TABLE installation;
DROP TABLE periodic_jobs;
ALTER TABLE workspaces DROP COLUMN delete_automatic_collections;
