-- up: create index by_lower_name on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "by_lower_name" ON "users" ((lower("name")));

-- up: create index by_age_sum on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "by_age_sum" ON "users" (("age" + 1) DESC, "id");

-- down: drop index by_age_sum
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_age_sum";

-- down: drop index by_lower_name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_lower_name";

