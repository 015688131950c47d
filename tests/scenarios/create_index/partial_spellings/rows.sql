INSERT INTO users (id, name, email, age) VALUES (1, 'Ada', 'ada@example.com', 36);
INSERT INTO users (id, name, email, age) VALUES (2, 'Grace', NULL, NULL);
INSERT INTO users (id, name, email, age) VALUES (3, 'O''Hara 🦀', 'o@example.com', 7);
