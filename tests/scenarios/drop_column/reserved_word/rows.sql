INSERT INTO t ("id", "order", "select") VALUES (1, 2, 3);
