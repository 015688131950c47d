-- up: drop column t.order
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" DROP COLUMN "order";

-- down: add column t.order Integer
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ADD COLUMN "order" integer;

