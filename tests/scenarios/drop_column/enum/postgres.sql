-- up: drop column people.other
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" DROP COLUMN "other";

-- down: add column people.other Enum("mood")
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ADD COLUMN "other" "mood";

