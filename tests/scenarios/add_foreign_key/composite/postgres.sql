-- up: add foreign key tasks_org_member_fkey to tasks
-- form: NOT VALID first, then validated in a transaction of its own: others go on reading and writing while every row is read
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes, for a moment
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_org_member_fkey" FOREIGN KEY ("org", "member") REFERENCES "members" ("org", "nr") ON DELETE CASCADE NOT VALID;

-- in a transaction of its own; lock: SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read
ALTER TABLE "tasks" VALIDATE CONSTRAINT "tasks_org_member_fkey";

-- down: drop constraint tasks_org_member_fkey of tasks
-- lock: ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment
ALTER TABLE "tasks" DROP CONSTRAINT "tasks_org_member_fkey";

