-- up: comment on t.id
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "t"."id" IS 'a';

-- up: comment on t.g
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "t"."g" IS 'b';

-- up: comment on t.at
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "t"."at" IS 'c';

-- down: comment on t.at
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "t"."at" IS NULL;

-- down: comment on t.g
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "t"."g" IS NULL;

-- down: comment on t.id
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON COLUMN "t"."id" IS NULL;

