SELECT count(*) = 1 FROM sad_people;
