-- up: rename table tree to Wood
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "tree" RENAME TO "Wood";

-- down: rename table Wood to tree
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "Wood" RENAME TO "tree";

