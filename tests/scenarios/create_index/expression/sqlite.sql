-- up: create index by_lower_name on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "by_lower_name" ON "users" ((lower("name")));

-- up: create index by_age_sum on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "by_age_sum" ON "users" (("age" + 1) DESC, "id");

-- down: drop index by_age_sum
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_age_sum";

-- down: drop index by_lower_name
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_lower_name";

