-- up: drop index by_email
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_email";

-- down: create index by_email on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "by_email" ON "users" ("email");

