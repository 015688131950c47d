-- up: add column users.next_age Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ADD COLUMN "next_age" integer GENERATED ALWAYS AS ("age" + 1) STORED;

-- down: drop column users.next_age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "next_age";

