-- up: rename value ok of enum mood to fine
-- lock: none that others feel
ALTER TYPE "mood" RENAME VALUE 'ok' TO 'fine';

-- up: rename value happy of enum mood to ok
-- lock: none that others feel
ALTER TYPE "mood" RENAME VALUE 'happy' TO 'ok';

-- down: rename value ok of enum mood to happy
-- lock: none that others feel
ALTER TYPE "mood" RENAME VALUE 'ok' TO 'happy';

-- down: rename value fine of enum mood to ok
-- lock: none that others feel
ALTER TYPE "mood" RENAME VALUE 'fine' TO 'ok';

