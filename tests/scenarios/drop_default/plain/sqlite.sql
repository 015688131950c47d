-- up: drop the default of orders.total
-- every row is written anew
-- true, or stop: table orders is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'orders' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table orders has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('orders');

-- remember the answer as "indexes and triggers of orders"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'orders' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('ix_orders_user_id') ORDER BY type, name;

CREATE TABLE "strat_new_orders" (
  "id" BIGINT NOT NULL,
  "user_id" BIGINT,
  "total" DECIMAL_TEXT(10,2) NOT NULL,
  CONSTRAINT "orders_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "orders_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

INSERT INTO "strat_new_orders" ("id", "user_id", "total") SELECT "id", "user_id", "total" FROM "orders" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "orders") = (SELECT max(rowid) FROM "orders") AND (SELECT min(rowid) FROM "orders") = 1, -1, 0);

INSERT INTO "strat_new_orders" (rowid, "id", "user_id", "total") SELECT rowid, "id", "user_id", "total" FROM "orders" LIMIT iif((SELECT count(*) FROM "orders") = (SELECT max(rowid) FROM "orders") AND (SELECT min(rowid) FROM "orders") = 1, 0, -1);

-- true, or stop: the copy of table orders has another number of rows
SELECT (SELECT count(*) FROM "strat_new_orders") = (SELECT count(*) FROM "orders");

DROP TABLE "orders";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_orders" RENAME TO "orders";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "ix_orders_user_id" ON "orders" ("user_id");

-- run what "indexes and triggers of orders" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: set the default of orders.total
-- every row is written anew
-- true, or stop: table orders is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'orders' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table orders has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('orders');

-- remember the answer as "indexes and triggers of orders"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'orders' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('ix_orders_user_id') ORDER BY type, name;

CREATE TABLE "strat_new_orders" (
  "id" BIGINT NOT NULL,
  "user_id" BIGINT,
  "total" DECIMAL_TEXT(10,2) NOT NULL DEFAULT '0',
  CONSTRAINT "orders_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "orders_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
);

INSERT INTO "strat_new_orders" ("id", "user_id", "total") SELECT "id", "user_id", "total" FROM "orders" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "orders") = (SELECT max(rowid) FROM "orders") AND (SELECT min(rowid) FROM "orders") = 1, -1, 0);

INSERT INTO "strat_new_orders" (rowid, "id", "user_id", "total") SELECT rowid, "id", "user_id", "total" FROM "orders" LIMIT iif((SELECT count(*) FROM "orders") = (SELECT max(rowid) FROM "orders") AND (SELECT min(rowid) FROM "orders") = 1, 0, -1);

-- true, or stop: the copy of table orders has another number of rows
SELECT (SELECT count(*) FROM "strat_new_orders") = (SELECT count(*) FROM "orders");

DROP TABLE "orders";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_orders" RENAME TO "orders";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "ix_orders_user_id" ON "orders" ("user_id");

-- run what "indexes and triggers of orders" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

