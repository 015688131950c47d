SELECT count(*) = 3 FROM totals;
