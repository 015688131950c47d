-- up: rename column users.name to full_name
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "name" TO "full_name";

-- down: rename column users.full_name to name
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "full_name" TO "name";

