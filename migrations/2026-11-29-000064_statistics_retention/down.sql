ALTER TABLE workspaces DROP COLUMN statistics_days;
