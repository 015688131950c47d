-- up: drop constraint one_email of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "one_email";

-- down: add unique constraint one_email to users
-- form: from an index that is built concurrently before: others go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE UNIQUE INDEX CONCURRENTLY "one_email" ON "users" ("email");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'one_email' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "one_email"

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD CONSTRAINT "one_email" UNIQUE USING INDEX "one_email";

