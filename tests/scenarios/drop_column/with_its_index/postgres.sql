-- up: drop index by_age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_age";

-- up: drop column users.age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "age";

-- down: add column users.age Integer
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "age" integer;

-- down: create index by_age on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "by_age" ON "users" ("age");

