-- up: create unique index one_name on users
-- form: built concurrently, since others may work with the table: they go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE UNIQUE INDEX CONCURRENTLY "one_name" ON "users" ("name");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'one_name' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "one_name"

-- down: drop index one_name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "one_name";

