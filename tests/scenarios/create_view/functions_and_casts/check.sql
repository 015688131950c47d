SELECT count(*) = 3 FROM v;
