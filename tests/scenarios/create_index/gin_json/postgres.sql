-- up: create index in_settings on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "in_settings" ON "users" USING "gin" ("settings");

-- down: drop index in_settings
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "in_settings";

