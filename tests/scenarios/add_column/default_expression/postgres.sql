-- up: add column users.level Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ADD COLUMN "level" integer NOT NULL DEFAULT (1 + 2);

-- down: drop column users.level
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "level";

