-- up: create unique index one_name on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE UNIQUE INDEX "one_name" ON "users" ("name");

-- down: drop index one_name
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "one_name";

