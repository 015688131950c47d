SELECT count(*) = 3 FROM all_names;
