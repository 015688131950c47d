-- up: set the default of users.age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ALTER COLUMN "age" SET DEFAULT (6 * 7);

-- down: drop the default of users.age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ALTER COLUMN "age" DROP DEFAULT;

