SELECT count(*) = 1 FROM users WHERE next_age = 37;
SELECT count(*) = 3 FROM orders;
