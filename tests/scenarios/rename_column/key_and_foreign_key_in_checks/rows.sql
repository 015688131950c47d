INSERT INTO users (id, name, email, age) VALUES (1, 'Ada', 'ada@example.com', 36);
INSERT INTO users (id, name, email, age) VALUES (2, 'Grace', NULL, NULL);
INSERT INTO users (id, name, email, age) VALUES (3, 'O''Hara 🦀', 'o@example.com', 7);

INSERT INTO orders (id, user_id, total) VALUES (10, 1, 12.50);
INSERT INTO orders (id, user_id, total) VALUES (11, 1, 0.99);
INSERT INTO orders (id, user_id, total) VALUES (12, NULL, 3);
