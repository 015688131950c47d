-- up: add column users.nick Text
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "nick" text;

-- up: add column users.level Integer
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "level" integer NOT NULL DEFAULT 1;

-- up: create index ix_users_level on users
-- form: built concurrently, since others may work with the table: they go on reading and writing
-- alone; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built
CREATE INDEX CONCURRENTLY "ix_users_level" ON "users" ("level");
-- probe: SELECT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relname = 'ix_users_level' AND i.indisvalid)
-- clear: DROP INDEX CONCURRENTLY IF EXISTS "ix_users_level"

-- up: add column users.friend BigInt
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "friend" bigint;

-- up: add foreign key users_friend_fkey to users
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes, for a moment
ALTER TABLE "users" ADD CONSTRAINT "users_friend_fkey" FOREIGN KEY ("friend") REFERENCES "users" ("id") NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "users" VALIDATE CONSTRAINT "users_friend_fkey";

-- down: drop constraint users_friend_fkey of users
-- lock: ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment
ALTER TABLE "users" DROP CONSTRAINT "users_friend_fkey";

-- down: drop column users.friend
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "friend";

-- down: drop index ix_users_level
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "ix_users_level";

-- down: drop column users.level
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "level";

-- down: drop column users.nick
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "nick";

