INSERT INTO notes (text) VALUES ('a');
INSERT INTO notes (text) VALUES ('b');
DELETE FROM notes WHERE id = 2;
