-- up: drop column people.other
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "people" DROP COLUMN "other";

-- down: add column people.other Enum("mood")
-- lock: the whole file, against other writers, until the entry is committed
ALTER TABLE "people" ADD COLUMN "other" TEXT CONSTRAINT "strat_enum_mood" CHECK ("other" IN ('sad', 'ok', 'happy'));

