SELECT count(*) = 3 FROM users WHERE level = 3;
