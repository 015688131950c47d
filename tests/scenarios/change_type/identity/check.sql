SELECT max(id) = 1 FROM notes;
