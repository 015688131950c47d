SELECT count(*) = 1 FROM people WHERE is_sad;
