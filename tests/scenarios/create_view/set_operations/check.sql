SELECT count(*) = 6 FROM v;
