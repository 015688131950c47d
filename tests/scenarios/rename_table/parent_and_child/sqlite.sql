-- up: rename table users to members
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME TO "members";

-- up: rename table orders to order
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "orders" RENAME TO "order";

-- down: rename table order to orders
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "order" RENAME TO "orders";

-- down: rename table members to users
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "members" RENAME TO "users";

