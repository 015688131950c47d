INSERT INTO notes (text) VALUES ('one');
