-- up: rename value sad of enum mood to it's "blue"
-- lock: none that others feel
ALTER TYPE "mood" RENAME VALUE 'sad' TO 'it''s "blue"';

-- down: rename value it's "blue" of enum mood to sad
-- lock: none that others feel
ALTER TYPE "mood" RENAME VALUE 'it''s "blue"' TO 'sad';

