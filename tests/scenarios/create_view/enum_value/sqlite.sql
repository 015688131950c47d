-- up: create view sad_people
-- lock: the whole file, against other writers, until the entry is committed
CREATE VIEW "sad_people" ("id") AS SELECT "id" FROM "people" WHERE "mood" = 'sad';

-- down: drop view sad_people
-- lock: the whole file, against other writers, until the entry is committed
DROP VIEW "sad_people";

