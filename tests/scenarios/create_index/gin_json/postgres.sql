-- up: create index in_settings on users
-- form: built concurrently, since others may work with the table: they go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE INDEX CONCURRENTLY "in_settings" ON "users" USING "gin" ("settings");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'in_settings' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "in_settings"

-- down: drop index in_settings
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "in_settings";

