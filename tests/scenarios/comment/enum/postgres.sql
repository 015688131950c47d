-- up: comment on enum mood
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON TYPE "mood" IS 'how one feels';

-- down: comment on enum mood
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON TYPE "mood" IS NULL;

