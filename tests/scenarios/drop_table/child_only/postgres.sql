-- up: drop table orders
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "orders";

-- down: create table orders
-- lock: SHARE ROW EXCLUSIVE on the tables it refers to: blocks writes until the entry is committed
CREATE TABLE "orders" (
  "id" bigint NOT NULL,
  "user_id" bigint,
  "total" numeric(10,2) NOT NULL DEFAULT 0,
  CONSTRAINT "orders_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "orders_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

-- lock: none that others feel
CREATE INDEX "ix_orders_user_id" ON "orders" ("user_id");

