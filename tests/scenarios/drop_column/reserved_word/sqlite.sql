-- up: drop column t.order
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "t" DROP COLUMN "order";

-- down: add column t.order Integer
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "t" ADD COLUMN "order" INTEGER;

