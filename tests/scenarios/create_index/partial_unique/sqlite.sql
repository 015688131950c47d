-- up: create unique index one_adult_name on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE UNIQUE INDEX "one_adult_name" ON "users" ("name") WHERE "age" >= 18;

-- down: drop index one_adult_name
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "one_adult_name";

