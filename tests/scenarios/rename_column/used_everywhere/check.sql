SELECT count(*) = 3 FROM names;
