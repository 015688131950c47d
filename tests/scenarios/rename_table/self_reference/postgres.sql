-- up: rename table tree to Wood
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "tree" RENAME TO "Wood";

-- down: rename table Wood to tree
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
ALTER TABLE "Wood" RENAME TO "tree";

