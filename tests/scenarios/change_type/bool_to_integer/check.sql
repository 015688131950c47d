SELECT count(*) = 1 FROM kinds WHERE a_bool = 1;
