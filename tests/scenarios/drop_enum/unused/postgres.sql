-- up: drop enum mood
-- lock: none that others feel
DROP TYPE "mood";

-- down: create enum mood
-- lock: none that others feel
CREATE TYPE "mood" AS ENUM ('sad', 'ok', 'happy');

COMMENT ON TYPE "mood" IS 'how one feels';

