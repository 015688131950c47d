-- up: forbid NULL in log.n
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "log" ALTER COLUMN "n" SET NOT NULL;

-- up: forbid NULL in log.host
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "log" ALTER COLUMN "host" SET NOT NULL;

-- up: add primary key log_key to log
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ALTER COLUMN "host" TYPE character varying(40) COLLATE "C";

-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "log" ADD CONSTRAINT "log_key" PRIMARY KEY ("host", "n");

-- down: drop constraint log_key of log
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" DROP CONSTRAINT "log_key";

-- down: allow NULL in log.host
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ALTER COLUMN "host" DROP NOT NULL;

-- down: allow NULL in log.n
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" ALTER COLUMN "n" DROP NOT NULL;

