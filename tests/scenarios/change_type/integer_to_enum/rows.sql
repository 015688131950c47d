INSERT INTO t (id, n, w) VALUES (1, 1, '1');
INSERT INTO t (id, n, w) VALUES (2, 2, 'none');
INSERT INTO t (id, n, w) VALUES (3, NULL, NULL);
