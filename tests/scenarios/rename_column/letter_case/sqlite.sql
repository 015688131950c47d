-- up: rename column users.name to Name
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "name" TO "Name";

-- down: rename column users.Name to name
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "Name" TO "name";

