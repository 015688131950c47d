SELECT count(*) = 1 FROM users WHERE age = '36';
