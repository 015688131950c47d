SELECT count(*) = 3 FROM ranked;
