-- up: forbid NULL in people.other
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "people" ALTER COLUMN "other" SET NOT NULL;

-- down: allow NULL in people.other
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "people" ALTER COLUMN "other" DROP NOT NULL;

