-- up: comment on adults
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON VIEW "adults" IS 'old enough';

-- down: comment on adults
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON VIEW "adults" IS NULL;

