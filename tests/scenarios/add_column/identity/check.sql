SELECT count(DISTINCT n) = 2 FROM log;
