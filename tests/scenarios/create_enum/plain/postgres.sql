-- up: create enum mood
-- lock: none that others feel
CREATE TYPE "mood" AS ENUM ('sad', 'ok', 'happy');

-- down: drop enum mood
-- lock: none that others feel
DROP TYPE "mood";

