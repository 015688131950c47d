-- up: drop index by_age
-- lock: the whole file, against other writers, until the entry is committed
DROP INDEX "by_age";

-- up: drop column users.age
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "age";

-- down: add column users.age Integer
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "age" INTEGER;

-- down: create index by_age on users
-- lock: the whole file, against other writers, until the entry is committed
CREATE INDEX "by_age" ON "users" ("age");

