-- up: drop index rich
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "rich";

-- down: create unique index rich on users
-- form: built concurrently, since others may work with the table: they go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE UNIQUE INDEX CONCURRENTLY "rich" ON "users" ((lower("name")), "age" DESC) INCLUDE ("email") WHERE "age" > 1;
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'rich' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "rich"

