-- up: drop column users.age
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "age";

-- down: add column users.age Integer
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "age" INTEGER;

