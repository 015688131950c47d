-- up: set the default of t.at
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "at" SET DEFAULT now();

-- up: set the default of t.day
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "day" SET DEFAULT CURRENT_DATE;

-- down: drop the default of t.day
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "day" DROP DEFAULT;

-- down: drop the default of t.at
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "at" DROP DEFAULT;

