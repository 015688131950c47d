-- up: create index by_body on t
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "by_body" ON "t" ("body");

-- up: create index by_data on t
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "by_data" ON "t" ("data");

-- down: drop index by_data
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_data";

-- down: drop index by_body
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_body";

