-- up: add primary key log_pkey to log
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "log" ADD CONSTRAINT "log_pkey" PRIMARY KEY ("n");

-- down: drop constraint log_pkey of log
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" DROP CONSTRAINT "log_pkey";

