-- up: add column users.g1 Varchar(90)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ADD COLUMN "g1" character varying(90) GENERATED ALWAYS AS (lower("name")) STORED;

-- up: add column users.g2 Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ADD COLUMN "g2" integer GENERATED ALWAYS AS (CASE WHEN "age" IS NULL THEN 0 WHEN "age" < 18 THEN 1 ELSE "age" * (2 + 1) END) STORED;

-- up: add column users.g3 Bool
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ADD COLUMN "g3" boolean GENERATED ALWAYS AS ("age" >= 18 AND "email" IS NOT NULL) STORED;

-- up: add column users.g4 Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ADD COLUMN "g4" integer GENERATED ALWAYS AS (coalesce("age", length("name"))) STORED;

-- up: add column users.g5 Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ADD COLUMN "g5" integer GENERATED ALWAYS AS (-("age" - 1) - (2 - "age")) STORED;

-- down: drop column users.g5
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "g5";

-- down: drop column users.g4
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "g4";

-- down: drop column users.g3
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "g3";

-- down: drop column users.g2
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "g2";

-- down: drop column users.g1
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "g1";

