-- up: change the type of users.age to BigInt
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_next";

ALTER TABLE "users" DROP COLUMN "next_age";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "age" TYPE bigint USING "age"::bigint;

ALTER TABLE "users" ADD COLUMN "next_age" bigint GENERATED ALWAYS AS ("age" + 1) STORED;

-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "users"."next_age" IS 'soon';

-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "by_next" ON "users" ("next_age");

-- down: change the type of users.age to Integer
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_next";

ALTER TABLE "users" DROP COLUMN "next_age";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "users" ALTER COLUMN "age" TYPE integer USING "age"::integer;

ALTER TABLE "users" ADD COLUMN "next_age" bigint GENERATED ALWAYS AS ("age" + 1) STORED;

-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "users"."next_age" IS 'soon';

-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "by_next" ON "users" ("next_age");

