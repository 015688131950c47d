SELECT count(*) = 3 FROM adult_names;
