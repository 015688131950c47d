SELECT count(*) = 3 FROM users WHERE origin = 'old';
