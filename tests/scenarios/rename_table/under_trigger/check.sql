SELECT n = 3 FROM counts;
