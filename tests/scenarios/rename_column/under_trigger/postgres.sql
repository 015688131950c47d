-- up: rename column users.age to years
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "age" TO "years";

-- down: rename column users.years to age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" RENAME COLUMN "years" TO "age";

