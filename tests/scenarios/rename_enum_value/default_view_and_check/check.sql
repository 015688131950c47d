SELECT count(*) = 2 FROM glad;
SELECT count(*) = 1 FROM people WHERE mood = 'fine';
