-- up: rename table users to spare
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME TO "spare";

-- up: rename table orders to users
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "orders" RENAME TO "users";

-- up: rename table spare to orders
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "spare" RENAME TO "orders";

-- down: rename table orders to spare
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "orders" RENAME TO "spare";

-- down: rename table users to orders
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME TO "orders";

-- down: rename table spare to users
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "spare" RENAME TO "users";

