INSERT INTO notes (text) VALUES ('c');
