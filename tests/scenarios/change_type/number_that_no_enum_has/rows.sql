INSERT INTO t (id, n, w) VALUES (1, 3, '3');
