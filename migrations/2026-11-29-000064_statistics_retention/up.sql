-- After how many days the statistics of a day are added to the sum of all earlier days; null: they are kept for ever.
ALTER TABLE workspaces ADD COLUMN statistics_days integer CHECK (statistics_days BETWEEN 1 AND 3650);
