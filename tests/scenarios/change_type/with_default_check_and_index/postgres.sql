-- up: change the type of orders.total to Decimal(14, 3)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "large";

ALTER TABLE "orders" DROP CONSTRAINT "never_negative";

ALTER TABLE "orders" ALTER COLUMN "total" DROP DEFAULT;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "orders" ALTER COLUMN "total" TYPE numeric(14,3) USING "total"::numeric(14,3);

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ALTER COLUMN "total" SET DEFAULT 0;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "orders" ADD CONSTRAINT "never_negative" CHECK ("total" >= 0);

-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "large" ON "orders" ("id") WHERE "total" > 10;

-- down: change the type of orders.total to Decimal(10, 2)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP INDEX "large";

ALTER TABLE "orders" DROP CONSTRAINT "never_negative";

ALTER TABLE "orders" ALTER COLUMN "total" DROP DEFAULT;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "orders" ALTER COLUMN "total" TYPE numeric(10,2) USING "total"::numeric(10,2);

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ALTER COLUMN "total" SET DEFAULT 0;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "orders" ADD CONSTRAINT "never_negative" CHECK ("total" >= 0);

-- lock: SHARE on the table: blocks writes while the index is built
CREATE INDEX "large" ON "orders" ("id") WHERE "total" > 10;

