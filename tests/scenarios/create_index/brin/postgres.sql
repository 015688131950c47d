-- up: create index by_age on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "by_age" ON "users" USING "brin" ("age");

-- down: drop index by_age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_age";

