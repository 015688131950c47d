-- up: add foreign key tasks_org_member_fkey to tasks
-- lock: SHARE ROW EXCLUSIVE on both tables: blocks writes until the entry is committed
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_org_member_fkey" FOREIGN KEY ("org", "member") REFERENCES "members" ("org", "nr") ON DELETE CASCADE NOT VALID;

-- lock: the lock that is held already, while every row is read
ALTER TABLE "tasks" VALIDATE CONSTRAINT "tasks_org_member_fkey";

-- down: drop constraint tasks_org_member_fkey of tasks
-- lock: ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment
ALTER TABLE "tasks" DROP CONSTRAINT "tasks_org_member_fkey";

