-- up: drop constraint grown_up of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "grown_up";

-- up: drop constraint one_email of users
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "one_email";

-- up: drop column users.age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "age";

-- up: drop column users.email
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "email";

-- down: add column users.email Varchar(200)
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "email" character varying(200);

-- down: add column users.age Integer
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "age" integer;

-- down: add unique constraint one_email to users
-- form: from an index that is built concurrently before: others go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE UNIQUE INDEX CONCURRENTLY "one_email" ON "users" ("email");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'one_email' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "one_email"

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD CONSTRAINT "one_email" UNIQUE USING INDEX "one_email";

-- down: add check grown_up to users
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD CONSTRAINT "grown_up" CHECK ("age" > 3) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "users" VALIDATE CONSTRAINT "grown_up";

