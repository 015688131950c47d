-- up: create unique index one_adult_name on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE UNIQUE INDEX "one_adult_name" ON "users" ("name") WHERE "age" >= 18;

-- down: drop index one_adult_name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "one_adult_name";

