-- up: rename column users.name to label
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "name" TO "label";

-- down: rename column users.label to name
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "label" TO "name";

