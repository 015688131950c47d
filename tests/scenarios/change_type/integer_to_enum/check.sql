SELECT count(*) = 1 FROM t WHERE n = '1' AND id = 1 AND w = '1';
