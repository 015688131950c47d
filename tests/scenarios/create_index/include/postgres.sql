-- up: create index covering on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "covering" ON "users" ("email") INCLUDE ("name", "age");

-- down: drop index covering
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "covering";

