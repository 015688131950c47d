-- up: add column users.a Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ADD COLUMN "a" integer GENERATED ALWAYS AS ("age" + 1) STORED;

-- up: add column users.b Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ADD COLUMN "b" integer GENERATED ALWAYS AS (length("name")) STORED;

-- down: drop column users.b
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "b";

-- down: drop column users.a
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "a";

