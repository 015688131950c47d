SELECT count(*) = 3 FROM users WHERE body = 'it''s' AND ok;
SELECT count(*) = 3 FROM users WHERE raw = '\x00ff';
SELECT count(*) = 3 FROM users WHERE "at" = '2024-02-29 10:00:00';
SELECT count(*) = 3 FROM users WHERE ratio > 0.09 AND ratio < 0.11 AND code = 'a';
SELECT count(*) = 3 FROM users WHERE price = '12345678901234.5678';
