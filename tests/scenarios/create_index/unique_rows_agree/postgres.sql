-- up: create unique index one_name on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE UNIQUE INDEX "one_name" ON "users" ("name");

-- down: drop index one_name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "one_name";

