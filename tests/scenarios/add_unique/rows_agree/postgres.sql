-- up: add unique constraint users_name_key to users
-- form: from an index that is built concurrently before: others go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE UNIQUE INDEX CONCURRENTLY "users_name_key" ON "users" ("name");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'users_name_key' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "users_name_key"

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD CONSTRAINT "users_name_key" UNIQUE USING INDEX "users_name_key";

-- down: drop constraint users_name_key of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "users_name_key";

