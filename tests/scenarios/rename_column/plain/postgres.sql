-- up: rename column users.name to full_name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "name" TO "full_name";

-- down: rename column users.full_name to name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "full_name" TO "name";

