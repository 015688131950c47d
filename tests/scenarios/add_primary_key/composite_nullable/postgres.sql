-- up: forbid NULL in log.n
-- form: NOT NULL by way of a check that is validated in a transaction of its own: others go on reading and writing while every row is read, and the server takes the check's word for it
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ADD CONSTRAINT "log_n_not_null_0d779e0a2cae" CHECK ("n" IS NOT NULL) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "log" VALIDATE CONSTRAINT "log_n_not_null_0d779e0a2cae";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ALTER COLUMN "n" SET NOT NULL;

ALTER TABLE "log" DROP CONSTRAINT "log_n_not_null_0d779e0a2cae";

-- up: forbid NULL in log.host
-- form: NOT NULL by way of a check that is validated in a transaction of its own: others go on reading and writing while every row is read, and the server takes the check's word for it
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ADD CONSTRAINT "log_host_not_null_8b5e3b75ccbf" CHECK ("host" IS NOT NULL) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "log" VALIDATE CONSTRAINT "log_host_not_null_8b5e3b75ccbf";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ALTER COLUMN "host" SET NOT NULL;

ALTER TABLE "log" DROP CONSTRAINT "log_host_not_null_8b5e3b75ccbf";

-- up: add primary key log_key to log
-- form: from an index that is built concurrently before: others go on reading and writing
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ALTER COLUMN "host" TYPE character varying(40) COLLATE "C";

-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE UNIQUE INDEX CONCURRENTLY "log_key" ON "log" ("host", "n");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'log_key' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "log_key"

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ADD CONSTRAINT "log_key" PRIMARY KEY USING INDEX "log_key";

-- down: drop constraint log_key of log
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" DROP CONSTRAINT "log_key";

-- down: allow NULL in log.host
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ALTER COLUMN "host" DROP NOT NULL;

-- down: allow NULL in log.n
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ALTER COLUMN "n" DROP NOT NULL;

