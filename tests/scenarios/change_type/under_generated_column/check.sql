SELECT count(*) = 1 FROM users WHERE next_age = 37;
