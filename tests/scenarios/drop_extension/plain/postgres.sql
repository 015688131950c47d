-- up: drop extension citext
-- lock: none that others feel
DROP EXTENSION "citext";

-- down: create extension citext
-- lock: none that others feel
CREATE EXTENSION IF NOT EXISTS "citext";

