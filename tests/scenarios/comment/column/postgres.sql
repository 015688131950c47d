-- up: comment on users.name
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "users"."name" IS E'it''s "odd"; 100% \\ 🦀
second line';

-- up: comment on users.age
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "users"."age" IS 'in years';

-- down: comment on users.age
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "users"."age" IS NULL;

-- down: comment on users.name
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "users"."name" IS NULL;

