-- up: create index sad_ones on people
-- form: built concurrently, since others may work with the table: they go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE INDEX CONCURRENTLY "sad_ones" ON "people" ("id") WHERE "mood" = 'sad';
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'sad_ones' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "sad_ones"

-- down: drop index sad_ones
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "sad_ones";

