SELECT count(*) = 1 FROM people WHERE mood = 'sad';
