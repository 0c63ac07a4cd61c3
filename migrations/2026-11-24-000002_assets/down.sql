DROP TABLE proxies;
DROP TABLE attachments;
DROP TABLE assets;
