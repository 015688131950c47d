-- up: create index sad_ones on people
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "sad_ones" ON "people" ("id") WHERE "mood" = 'sad';

-- down: drop index sad_ones
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "sad_ones";

