-- up: rename constraint of_user of orders to the "foreign_key" one
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" RENAME CONSTRAINT "of_user" TO "the ""foreign_key"" one";

-- down: rename constraint the "foreign_key" one of orders to of_user
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" RENAME CONSTRAINT "the ""foreign_key"" one" TO "of_user";

