SELECT n = 2 FROM v;
SELECT count(*) = 3 FROM w;
