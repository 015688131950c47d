SELECT count(*) = 3 FROM users WHERE nick IS NULL;
