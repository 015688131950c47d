-- up: set the default of people.other
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "other" SET DEFAULT 'sad';

-- down: drop the default of people.other
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "other" DROP DEFAULT;

