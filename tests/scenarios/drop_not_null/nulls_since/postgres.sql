-- up: allow NULL in users.name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ALTER COLUMN "name" DROP NOT NULL;

-- down: forbid NULL in users.name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "users" ALTER COLUMN "name" SET NOT NULL;

