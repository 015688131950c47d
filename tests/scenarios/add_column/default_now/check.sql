SELECT count(*) = 3 FROM users WHERE seen_at IS NOT NULL;
