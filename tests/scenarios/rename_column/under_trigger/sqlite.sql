-- up: rename column users.age to years
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "age" TO "years";

-- down: rename column users.years to age
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "years" TO "age";

