-- up: comment on users
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON TABLE "users" IS E'it''s "odd"; 100% \\ 🦀
second line';

-- down: comment on users
-- lock: SHARE UPDATE EXCLUSIVE: others go on reading and writing
COMMENT ON TABLE "users" IS NULL;

