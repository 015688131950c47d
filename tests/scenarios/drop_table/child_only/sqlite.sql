-- up: drop table orders
-- true, or stop: other tables still refer to orders; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('orders') AND lower(s.name) <> lower('orders');

DROP TABLE "orders";

-- down: create table orders
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "orders" (
  "id" BIGINT NOT NULL,
  "user_id" BIGINT,
  "total" DECIMAL_TEXT(10,2) NOT NULL DEFAULT '0',
  CONSTRAINT "orders_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "orders_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

CREATE INDEX "ix_orders_user_id" ON "orders" ("user_id");

