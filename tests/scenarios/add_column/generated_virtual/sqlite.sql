-- up: add column users.next_age Integer
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "next_age" INTEGER GENERATED ALWAYS AS ("age" + 1) VIRTUAL;

-- down: drop column users.next_age
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "next_age";

