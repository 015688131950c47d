INSERT INTO notes VALUES (1, 'a', 'one');
INSERT INTO notes VALUES (2, NULL, NULL);
INSERT INTO notes VALUES (3, 'O''Hara 🦀', 'two');
