SELECT count(*) = 3 FROM users WHERE mood = 'ok';
