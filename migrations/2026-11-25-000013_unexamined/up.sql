-- Recordings that nobody has looked into yet, to note how long they play. What has proxies says so by these.
CREATE TABLE unexamined_recordings (
    asset_id uuid PRIMARY KEY REFERENCES assets ON DELETE CASCADE
);
INSERT INTO unexamined_recordings
    SELECT id FROM assets WHERE kind = 'AUDIO' AND source = 'LIBRARY' AND duration_seconds IS NULL;
