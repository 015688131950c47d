-- up: drop constraint of_user of orders
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
  CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
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

-- up: change the type of users.id to Integer
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 4 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" INTEGER NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age") SELECT "id", "name", "email", "age" FROM "users";

-- true, or stop: column users.id has values that don't fit its new type
SELECT NOT EXISTS (SELECT 1 FROM "strat_new_users" WHERE "id" IS NOT NULL AND NOT (typeof("id") = 'integer' AND "id" BETWEEN -2147483648 AND 2147483647));

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: change the type of orders.user_id to Integer
-- every row is written anew
-- true, or stop: table orders is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'orders' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table orders has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('orders');

-- remember the answer as "indexes and triggers of orders"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'orders' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('ix_orders_user_id') ORDER BY type, name;

CREATE TABLE "strat_new_orders" (
  "id" BIGINT NOT NULL,
  "user_id" INTEGER,
  "total" DECIMAL_TEXT(10,2) NOT NULL DEFAULT '0',
  CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_orders" ("id", "user_id", "total") SELECT "id", "user_id", "total" FROM "orders" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "orders") = (SELECT max(rowid) FROM "orders") AND (SELECT min(rowid) FROM "orders") = 1, -1, 0);

INSERT INTO "strat_new_orders" (rowid, "id", "user_id", "total") SELECT rowid, "id", "user_id", "total" FROM "orders" LIMIT iif((SELECT count(*) FROM "orders") = (SELECT max(rowid) FROM "orders") AND (SELECT min(rowid) FROM "orders") = 1, 0, -1);

-- true, or stop: column orders.user_id has values that don't fit its new type
SELECT NOT EXISTS (SELECT 1 FROM "strat_new_orders" WHERE "user_id" IS NOT NULL AND NOT (typeof("user_id") = 'integer' AND "user_id" BETWEEN -2147483648 AND 2147483647));

-- true, or stop: the copy of table orders has another number of rows
SELECT (SELECT count(*) FROM "strat_new_orders") = (SELECT count(*) FROM "orders");

DROP TABLE "orders";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_orders" RENAME TO "orders";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "ix_orders_user_id" ON "orders" ("user_id");

-- run what "indexes and triggers of orders" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- up: add foreign key of_user to orders
-- every row is written anew
-- true, or stop: table orders is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'orders' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table orders has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('orders');

-- remember the answer as "indexes and triggers of orders"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'orders' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('ix_orders_user_id') ORDER BY type, name;

CREATE TABLE "strat_new_orders" (
  "id" BIGINT NOT NULL,
  "user_id" INTEGER,
  "total" DECIMAL_TEXT(10,2) NOT NULL DEFAULT '0',
  CONSTRAINT "orders_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "of_user" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
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

-- down: drop constraint of_user of orders
-- every row is written anew
-- true, or stop: table orders is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'orders' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table orders has other columns than the history knows
SELECT count(*) = 3 FROM pragma_table_xinfo('orders');

-- remember the answer as "indexes and triggers of orders"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'orders' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN ('ix_orders_user_id') ORDER BY type, name;

CREATE TABLE "strat_new_orders" (
  "id" BIGINT NOT NULL,
  "user_id" INTEGER,
  "total" DECIMAL_TEXT(10,2) NOT NULL DEFAULT '0',
  CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
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

-- down: change the type of orders.user_id to BigInt
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
  CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_orders" ("id", "user_id", "total") SELECT "id", "user_id", "total" FROM "orders" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "orders") = (SELECT max(rowid) FROM "orders") AND (SELECT min(rowid) FROM "orders") = 1, -1, 0);

INSERT INTO "strat_new_orders" (rowid, "id", "user_id", "total") SELECT rowid, "id", "user_id", "total" FROM "orders" LIMIT iif((SELECT count(*) FROM "orders") = (SELECT max(rowid) FROM "orders") AND (SELECT min(rowid) FROM "orders") = 1, 0, -1);

-- true, or stop: column orders.user_id has values that don't fit its new type
SELECT NOT EXISTS (SELECT 1 FROM "strat_new_orders" WHERE "user_id" IS NOT NULL AND NOT (typeof("user_id") = 'integer'));

-- true, or stop: the copy of table orders has another number of rows
SELECT (SELECT count(*) FROM "strat_new_orders") = (SELECT count(*) FROM "orders");

DROP TABLE "orders";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_orders" RENAME TO "orders";

PRAGMA legacy_alter_table = OFF;

CREATE INDEX "ix_orders_user_id" ON "orders" ("user_id");

-- run what "indexes and triggers of orders" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: change the type of users.id to BigInt
-- every row is written anew
-- true, or stop: table users is STRICT, WITHOUT ROWID or virtual, which its rebuild would not keep; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 1 FROM pragma_table_list WHERE schema = 'main' AND name = 'users' AND type = 'table' AND wr = 0 AND strict = 0;

-- true, or stop: table users has other columns than the history knows
SELECT count(*) = 4 FROM pragma_table_xinfo('users');

-- remember the answer as "indexes and triggers of users"
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name = 'users' COLLATE NOCASE AND sql IS NOT NULL AND name NOT IN () ORDER BY type, name;

CREATE TABLE "strat_new_users" (
  "id" BIGINT NOT NULL,
  "name" VARCHAR(80) NOT NULL,
  "email" VARCHAR(200),
  "age" INTEGER,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

INSERT INTO "strat_new_users" ("id", "name", "email", "age") SELECT "id", "name", "email", "age" FROM "users" ORDER BY rowid LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, -1, 0);

INSERT INTO "strat_new_users" (rowid, "id", "name", "email", "age") SELECT rowid, "id", "name", "email", "age" FROM "users" LIMIT iif((SELECT count(*) FROM "users") = (SELECT max(rowid) FROM "users") AND (SELECT min(rowid) FROM "users") = 1, 0, -1);

-- true, or stop: column users.id has values that don't fit its new type
SELECT NOT EXISTS (SELECT 1 FROM "strat_new_users" WHERE "id" IS NOT NULL AND NOT (typeof("id") = 'integer'));

-- true, or stop: the copy of table users has another number of rows
SELECT (SELECT count(*) FROM "strat_new_users") = (SELECT count(*) FROM "users");

DROP TABLE "users";

PRAGMA legacy_alter_table = ON;

ALTER TABLE "strat_new_users" RENAME TO "users";

PRAGMA legacy_alter_table = OFF;

-- run what "indexes and triggers of users" remembers and this doesn't list
SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger');

-- down: add foreign key of_user to orders
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
  CONSTRAINT "of_user" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
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

