-- up: create index ix_users_email on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "ix_users_email" ON "users" ("email");

-- down: drop index ix_users_email
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "ix_users_email";

