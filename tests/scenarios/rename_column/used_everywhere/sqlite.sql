-- up: rename column users.age to years
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "age" TO "years";

-- up: rename column users.name to full name
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "name" TO "full name";

-- down: rename column users.full name to name
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "full name" TO "name";

-- down: rename column users.years to age
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME COLUMN "years" TO "age";

