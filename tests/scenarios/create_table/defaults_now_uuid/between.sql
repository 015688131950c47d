INSERT INTO events (n) VALUES (1);
INSERT INTO events (n) VALUES (2);
