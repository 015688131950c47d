-- up: rename value sad of enum mood to blue
-- lock: none that others feel
ALTER TYPE "mood" RENAME VALUE 'sad' TO 'blue';

-- down: rename value blue of enum mood to sad
-- lock: none that others feel
ALTER TYPE "mood" RENAME VALUE 'blue' TO 'sad';

