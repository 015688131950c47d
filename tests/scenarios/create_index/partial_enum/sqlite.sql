-- up: create index sad_ones on people
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "sad_ones" ON "people" ("id") WHERE "mood" = 'sad';

-- down: drop index sad_ones
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "sad_ones";

