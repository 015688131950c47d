-- up: create index by_age on users
-- notice: sqlite has no brin indexes: by_age is a plain one
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "by_age" ON "users" ("age");

-- down: drop index by_age
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_age";

