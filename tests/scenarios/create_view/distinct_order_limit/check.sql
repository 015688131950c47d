SELECT count(*) = 2 FROM v1;
SELECT n = 3 FROM v2;
