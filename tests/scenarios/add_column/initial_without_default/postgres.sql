-- up: add column users.level SmallInt
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "level" smallint NOT NULL DEFAULT 3;

ALTER TABLE "users" ALTER COLUMN "level" DROP DEFAULT;

-- down: drop column users.level
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "level";

