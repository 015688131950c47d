-- up: rename column users.id to user
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "id" TO "user";

-- up: rename column orders.user_id to buyer
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" RENAME COLUMN "user_id" TO "buyer";

-- down: rename column orders.buyer to user_id
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" RENAME COLUMN "buyer" TO "user_id";

-- down: rename column users.user to id
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "user" TO "id";

