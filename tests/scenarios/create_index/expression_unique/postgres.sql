-- up: create unique index by_lower_name on users
-- form: built concurrently, since others may work with the table: they go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE UNIQUE INDEX CONCURRENTLY "by_lower_name" ON "users" ((lower("name")));
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'by_lower_name' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "by_lower_name"

-- down: drop index by_lower_name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_lower_name";

