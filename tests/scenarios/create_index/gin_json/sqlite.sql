-- up: create index in_settings on users
-- notice: sqlite has no gin indexes: in_settings is a plain one
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "in_settings" ON "users" ("settings");

-- down: drop index in_settings
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "in_settings";

