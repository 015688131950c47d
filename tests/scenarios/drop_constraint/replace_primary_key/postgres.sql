-- up: drop constraint log_key of log
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" DROP CONSTRAINT "log_key";

-- up: add primary key log_pkey to log
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "log" ADD CONSTRAINT "log_pkey" PRIMARY KEY ("b");

-- down: drop constraint log_pkey of log
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "log" DROP CONSTRAINT "log_pkey";

-- down: add primary key log_key to log
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read
ALTER TABLE "log" ADD CONSTRAINT "log_key" PRIMARY KEY ("a");

