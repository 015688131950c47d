-- up: create unique index ix_users_name_age on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE UNIQUE INDEX "ix_users_name_age" ON "users" ("name", "age");

-- down: drop index ix_users_name_age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "ix_users_name_age";

