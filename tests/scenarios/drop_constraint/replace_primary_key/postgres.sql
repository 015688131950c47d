-- up: drop constraint log_key of log
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" DROP CONSTRAINT "log_key";

-- up: add primary key log_pkey to log
-- form: from an index that is built concurrently before: others go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE UNIQUE INDEX CONCURRENTLY "log_pkey" ON "log" ("b");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'log_pkey' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "log_pkey"

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ADD CONSTRAINT "log_pkey" PRIMARY KEY USING INDEX "log_pkey";

-- down: drop constraint log_pkey of log
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" DROP CONSTRAINT "log_pkey";

-- down: add primary key log_key to log
-- form: from an index that is built concurrently before: others go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE UNIQUE INDEX CONCURRENTLY "log_key" ON "log" ("a");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'log_key' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "log_key"

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ADD CONSTRAINT "log_key" PRIMARY KEY USING INDEX "log_key";

