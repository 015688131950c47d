INSERT INTO diaries VALUES (1, '["sad","ok"]');
