DROP TABLE unexamined_recordings;
