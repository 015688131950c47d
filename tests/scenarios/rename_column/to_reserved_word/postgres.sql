-- up: rename column users.name to order
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "name" TO "order";

-- up: rename column users.age to key
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "age" TO "key";

-- down: rename column users.key to age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "key" TO "age";

-- down: rename column users.order to name
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "order" TO "name";

