SELECT count(*) = 1 FROM names WHERE shown = 'Ada';
