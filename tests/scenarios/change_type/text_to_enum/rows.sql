INSERT INTO t VALUES (1, 'sad');
INSERT INTO t VALUES (2, 'happy');
