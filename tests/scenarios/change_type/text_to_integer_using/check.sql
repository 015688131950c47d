SELECT count(*) = 1 FROM users WHERE name = 3;
