-- up: add foreign key tree_parent_id_fkey to tree
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes, for a moment
ALTER TABLE "tree" ADD CONSTRAINT "tree_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "tree" ("id") ON DELETE CASCADE NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "tree" VALIDATE CONSTRAINT "tree_parent_id_fkey";

-- down: drop constraint tree_parent_id_fkey of tree
-- lock: ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment
ALTER TABLE "tree" DROP CONSTRAINT "tree_parent_id_fkey";

