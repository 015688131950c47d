-- up: rename column users.name to old_name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "name" TO "old_name";

-- up: add column users.name Text
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "name" text;

-- down: drop column users.name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "name";

-- down: rename column users.old_name to name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "old_name" TO "name";

