-- up: run hand-written SQL
-- lock: the whole file, against other writers, until the entry is committed
UPDATE users SET age = 1 WHERE age IS NULL;

-- down: no way back: its SQL for mysql has no `down`; add one to be able to go back

