-- up: add check c0 to kinds
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" ADD CONSTRAINT "c0" CHECK ("a_bool" OR NOT "a_bool" OR "a_bool" IS NULL) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "kinds" VALIDATE CONSTRAINT "c0";

-- up: add check c1 to kinds
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" ADD CONSTRAINT "c1" CHECK ("a_smallint" > -40000 AND "a_bigint" <> 5) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "kinds" VALIDATE CONSTRAINT "c1";

-- up: add check c2 to kinds
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" ADD CONSTRAINT "c2" CHECK ("a_double" < 1e301) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "kinds" VALIDATE CONSTRAINT "c2";

-- up: add check c4 to kinds
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" ADD CONSTRAINT "c4" CHECK ("a_text" <> 'x' OR "a_varchar" = 'y') NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "kinds" VALIDATE CONSTRAINT "c4";

-- up: add check c5 to kinds
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" ADD CONSTRAINT "c5" CHECK ("a_date" > '1900-01-01') NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "kinds" VALIDATE CONSTRAINT "c5";

-- up: add check c6 to kinds
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" ADD CONSTRAINT "c6" CHECK ("a_timestamp" < '2100-01-01 00:00:00') NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "kinds" VALIDATE CONSTRAINT "c6";

-- up: add check c8 to kinds
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" ADD CONSTRAINT "c8" CHECK ("a_uuid" <> '99999999-e89b-12d3-a456-426614174000') NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "kinds" VALIDATE CONSTRAINT "c8";

-- up: add check c9 to kinds
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" ADD CONSTRAINT "c9" CHECK (length("a_char") <= 4) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "kinds" VALIDATE CONSTRAINT "c9";

-- up: add check c10 to kinds
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" ADD CONSTRAINT "c10" CHECK ("a_time" <= '23:59:59.999999') NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "kinds" VALIDATE CONSTRAINT "c10";

-- up: add check c11 to kinds
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" ADD CONSTRAINT "c11" CHECK ("a_real" < 5.5 OR "a_real" IS NULL) NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "kinds" VALIDATE CONSTRAINT "c11";

-- down: drop constraint c11 of kinds
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" DROP CONSTRAINT "c11";

-- down: drop constraint c10 of kinds
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" DROP CONSTRAINT "c10";

-- down: drop constraint c9 of kinds
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" DROP CONSTRAINT "c9";

-- down: drop constraint c8 of kinds
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" DROP CONSTRAINT "c8";

-- down: drop constraint c6 of kinds
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" DROP CONSTRAINT "c6";

-- down: drop constraint c5 of kinds
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" DROP CONSTRAINT "c5";

-- down: drop constraint c4 of kinds
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" DROP CONSTRAINT "c4";

-- down: drop constraint c2 of kinds
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" DROP CONSTRAINT "c2";

-- down: drop constraint c1 of kinds
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" DROP CONSTRAINT "c1";

-- down: drop constraint c0 of kinds
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "kinds" DROP CONSTRAINT "c0";

