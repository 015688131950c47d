-- up: comment on users
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON TABLE "users" IS 'people';

-- up: comment on users
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON TABLE "users" IS NULL;

-- up: comment on users.age
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "users"."age" IS NULL;

-- down: comment on users.age
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "users"."age" IS 'in years';

-- down: comment on users
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON TABLE "users" IS 'people';

-- down: comment on users
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON TABLE "users" IS 'users';

