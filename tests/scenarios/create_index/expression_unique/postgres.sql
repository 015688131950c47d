-- up: create unique index by_lower_name on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE UNIQUE INDEX "by_lower_name" ON "users" ((lower("name")));

-- down: drop index by_lower_name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_lower_name";

