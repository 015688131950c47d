SELECT depth = 1 FROM v WHERE id = 2;
