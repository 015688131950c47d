-- up: change the type of orders.total to Decimal(14, 4)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ALTER COLUMN "total" DROP DEFAULT;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "orders" ALTER COLUMN "total" TYPE numeric(14,4) USING "total"::numeric(14,4);

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ALTER COLUMN "total" SET DEFAULT 0;

-- down: change the type of orders.total to Decimal(10, 2)
-- every row is written anew
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ALTER COLUMN "total" DROP DEFAULT;

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew
ALTER TABLE "orders" ALTER COLUMN "total" TYPE numeric(10,2) USING "total"::numeric(10,2);

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "orders" ALTER COLUMN "total" SET DEFAULT 0;

