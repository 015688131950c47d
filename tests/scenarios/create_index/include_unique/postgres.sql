-- up: create unique index covering on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE UNIQUE INDEX "covering" ON "users" ("email") INCLUDE ("name");

-- down: drop index covering
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "covering";

