INSERT INTO boxes (id, width, height) VALUES (1, 3, 4);
