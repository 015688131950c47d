-- up: rename column users.name to old_name
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "name" TO "old_name";

-- up: add column users.name Text
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "name" TEXT;

-- down: drop column users.name
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "name";

-- down: rename column users.old_name to name
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "old_name" TO "name";

