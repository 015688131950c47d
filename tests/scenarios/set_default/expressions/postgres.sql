-- up: set the default of t.a
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "a" SET DEFAULT (1 + 2 * 3);

-- up: set the default of t.b
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "b" SET DEFAULT ('a' );

-- up: set the default of t.c
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "c" SET DEFAULT (NULL);

-- up: set the default of t.d
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "d" SET DEFAULT (-5);

-- up: set the default of t.e
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "e" SET DEFAULT (CURRENT_TIMESTAMP);

-- up: set the default of t.f
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "f" SET DEFAULT (abs(-3));

-- up: set the default of t.g
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "g" SET DEFAULT (coalesce(NULL, 4));

-- down: drop the default of t.g
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "g" DROP DEFAULT;

-- down: drop the default of t.f
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "f" DROP DEFAULT;

-- down: drop the default of t.e
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "e" DROP DEFAULT;

-- down: drop the default of t.d
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "d" DROP DEFAULT;

-- down: drop the default of t.c
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "c" DROP DEFAULT;

-- down: drop the default of t.b
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "b" DROP DEFAULT;

-- down: drop the default of t.a
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ALTER COLUMN "a" DROP DEFAULT;

