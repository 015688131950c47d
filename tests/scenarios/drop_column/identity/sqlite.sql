-- up: drop column log.n
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "log" DROP COLUMN "n";

-- down: add column log.n BigInt
-- refused: sqlite can't number the rows of log by n: only a column that is the whole primary key is numbered; make it the key, or take the identity off

