-- up: create unique index ix_users_name_age on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE UNIQUE INDEX "ix_users_name_age" ON "users" ("name", "age");

-- down: drop index ix_users_name_age
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "ix_users_name_age";

