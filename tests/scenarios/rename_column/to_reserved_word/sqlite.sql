-- up: rename column users.name to order
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "name" TO "order";

-- up: rename column users.age to key
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "age" TO "key";

-- down: rename column users.key to age
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "key" TO "age";

-- down: rename column users.order to name
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "order" TO "name";

