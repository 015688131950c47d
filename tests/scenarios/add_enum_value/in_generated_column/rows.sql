INSERT INTO people (id, mood, other) VALUES (1, 'sad', NULL);
INSERT INTO people (id, other) VALUES (2, 'happy');
INSERT INTO people (id, mood, other) VALUES (3, 'happy', 'sad');
