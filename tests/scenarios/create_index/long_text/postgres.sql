-- up: create index by_body on t
-- form: built concurrently, since others may work with the table: they go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE INDEX CONCURRENTLY "by_body" ON "t" ("body");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'by_body' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "by_body"

-- up: create index by_data on t
-- form: built concurrently, since others may work with the table: they go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE INDEX CONCURRENTLY "by_data" ON "t" ("data");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'by_data' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "by_data"

-- down: drop index by_data
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_data";

-- down: drop index by_body
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_body";

