-- up: rename table users to members
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME TO "members";

-- down: rename table members to users
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "members" RENAME TO "users";

