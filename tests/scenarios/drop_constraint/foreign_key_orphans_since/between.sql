INSERT INTO orders (id, user_id) VALUES (99, 77);
