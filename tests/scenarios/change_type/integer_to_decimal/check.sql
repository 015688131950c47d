SELECT count(*) = 1 FROM users WHERE CAST(age AS DECIMAL(12, 2)) = 36;
