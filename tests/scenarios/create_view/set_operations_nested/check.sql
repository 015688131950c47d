SELECT count(*) = 2 FROM v2;
SELECT count(*) = 9 FROM v4;
