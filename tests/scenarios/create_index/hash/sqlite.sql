-- up: create index by_email on users
-- notice: sqlite has no hash indexes: by_email is a plain one
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "by_email" ON "users" ("email");

-- down: drop index by_email
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_email";

