-- up: create index ix_users_email on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "ix_users_email" ON "users" ("email");

-- down: drop index ix_users_email
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "ix_users_email";

