INSERT INTO notes (text) VALUES ('one');
INSERT INTO notes (id, text) VALUES (7, 'seven');
