INSERT INTO people (id, mood) VALUES (9, 'ecstatic');
