-- up: forbid NULL in users.age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "users" ALTER COLUMN "age" SET NOT NULL;

-- down: allow NULL in users.age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ALTER COLUMN "age" DROP NOT NULL;

