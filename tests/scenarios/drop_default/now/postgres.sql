-- up: drop the default of t.at
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "at" DROP DEFAULT;

-- down: set the default of t.at
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "at" SET DEFAULT LOCALTIMESTAMP;

