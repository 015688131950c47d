-- up: drop constraint c of t
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" DROP CONSTRAINT "c";

-- up: drop column t.mood
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" DROP COLUMN "mood";

-- up: drop enum mood
-- lock: none that others feel
DROP TYPE "mood";

-- down: create enum mood
-- lock: none that others feel
CREATE TYPE "mood" AS ENUM ('sad', 'ok', 'happy');

-- down: add column t.mood Enum("mood")
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ADD COLUMN "mood" "mood";

-- down: add check c to t
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "t" ADD CONSTRAINT "c" CHECK ("mood" <> 'sad') NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "t" VALIDATE CONSTRAINT "c";

