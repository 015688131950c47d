-- up: drop index by_age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "by_age";

-- up: drop column users.age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "age";

-- down: add column users.age Integer
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "age" integer;

-- down: create index by_age on users
-- form: built concurrently, since others may work with the table: they go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE INDEX CONCURRENTLY "by_age" ON "users" ("age");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'by_age' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "by_age"

