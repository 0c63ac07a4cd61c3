ALTER TABLE workspaces DROP COLUMN audit_days, DROP COLUMN security_event_days;
