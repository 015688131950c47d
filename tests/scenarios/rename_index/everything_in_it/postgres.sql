-- up: rename index rich to richer
-- lock: SHARE UPDATE EXCLUSIVE on the index: others go on reading and writing
ALTER INDEX "rich" RENAME TO "richer";

-- down: rename index richer to rich
-- lock: SHARE UPDATE EXCLUSIVE on the index: others go on reading and writing
ALTER INDEX "richer" RENAME TO "rich";

