INSERT INTO log VALUES (2, 'a', 'x');
INSERT INTO log VALUES (2, 'b', 'x');
