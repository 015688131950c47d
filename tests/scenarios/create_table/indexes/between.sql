INSERT INTO books VALUES (1, 'a', 'b', 2020);
