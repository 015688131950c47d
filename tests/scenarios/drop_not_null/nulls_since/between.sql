INSERT INTO users (id) VALUES (9);
