-- up: rename table users to Users
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "users" RENAME TO "strat_new_users";

ALTER TABLE "strat_new_users" RENAME TO "Users";

-- down: rename table Users to users
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "Users" RENAME TO "strat_new_Users";

ALTER TABLE "strat_new_Users" RENAME TO "users";

