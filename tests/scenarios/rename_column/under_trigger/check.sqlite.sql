SELECT n = 43 FROM counts;
