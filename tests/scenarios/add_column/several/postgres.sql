-- up: add column users.nick Text
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "nick" text;

-- up: add column users.level Integer
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "level" integer NOT NULL DEFAULT 1;

-- up: create index ix_users_level on users
-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "ix_users_level" ON "users" ("level");

-- up: add column users.friend BigInt
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" ADD COLUMN "friend" bigint;

-- up: add foreign key users_friend_fkey to users
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes until the entry is committed
ALTER TABLE "users" ADD CONSTRAINT "users_friend_fkey" FOREIGN KEY ("friend") REFERENCES "users" ("id") NOT VALID;

-- lock: the lock that is held already, while every row is read
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

