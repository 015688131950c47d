-- up: create unique index by_lower_name on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE UNIQUE INDEX "by_lower_name" ON "users" ((lower("name")));

-- down: drop index by_lower_name
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_lower_name";

