SELECT count(*) = 1 FROM adult_names WHERE n = 'Ada';
