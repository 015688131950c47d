INSERT INTO fallbacks (id) VALUES (1);
