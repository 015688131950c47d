-- up: create index ix_users_age_id on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "ix_users_age_id" ON "users" ("age" DESC, "id");

-- down: drop index ix_users_age_id
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "ix_users_age_id";

