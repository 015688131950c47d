-- up: rename column users.id to user
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "id" TO "user";

-- up: rename column orders.user_id to buyer
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "orders" RENAME COLUMN "user_id" TO "buyer";

-- down: rename column orders.buyer to user_id
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "orders" RENAME COLUMN "buyer" TO "user_id";

-- down: rename column users.user to id
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "user" TO "id";

