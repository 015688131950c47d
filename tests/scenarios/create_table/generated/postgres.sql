-- up: create table boxes
-- refused: postgres can't compute column half on reading: only version 18 and later do; use Stored

-- down: drop table boxes
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "boxes";

