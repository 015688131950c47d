-- up: add column users.next_age Integer
-- refused: postgres can't compute column next_age on reading: only version 18 and later do; use Stored

-- down: drop column users.next_age
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "users" DROP COLUMN "next_age";

