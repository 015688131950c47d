-- up: create index by_body on t
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "by_body" ON "t" ("body");

-- up: create index by_data on t
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "by_data" ON "t" ("data");

-- down: drop index by_data
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_data";

-- down: drop index by_body
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_body";

