-- After how many days events are deleted; null: they are kept for ever.
ALTER TABLE workspaces
    ADD COLUMN audit_days integer CHECK (audit_days BETWEEN 1 AND 3650),
    ADD COLUMN security_event_days integer CHECK (security_event_days BETWEEN 1 AND 3650);
