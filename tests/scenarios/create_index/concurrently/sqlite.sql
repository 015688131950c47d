-- up: create index by_email on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "by_email" ON "users" ("email");

-- up: create index by_age on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "by_age" ON "users" ("age" DESC);

-- down: drop index by_age
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_age";

-- down: drop index by_email
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_email";

