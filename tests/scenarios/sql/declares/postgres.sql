-- up: run hand-written SQL
-- lock: whatever the statement takes
ALTER TABLE users ADD COLUMN nick text;

-- down: run hand-written SQL of the way back
-- lock: whatever the statement takes
ALTER TABLE users DROP COLUMN nick;

