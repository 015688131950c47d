SELECT count(*) = 1 FROM ages;
