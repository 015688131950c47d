INSERT INTO sums (id) VALUES (1);
