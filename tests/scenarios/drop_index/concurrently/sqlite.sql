-- up: drop index by_email
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_email";

-- down: create index by_email on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "by_email" ON "users" ("email");

