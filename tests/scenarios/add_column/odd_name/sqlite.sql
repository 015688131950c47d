-- up: add column users.it's "odd" crab ß Integer
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" ADD COLUMN "it's ""odd"" crab ß" INTEGER NOT NULL DEFAULT 1;

-- down: drop column users.it's "odd" crab ß
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" DROP COLUMN "it's ""odd"" crab ß";

