-- up: create index ix_users_age_id on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "ix_users_age_id" ON "users" ("age" DESC, "id");

-- down: drop index ix_users_age_id
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "ix_users_age_id";

