SELECT count(*) = 0 FROM users;
SELECT count(*) = 3 FROM old_users;
