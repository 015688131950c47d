-- up: create view sad_people
-- lock: none that others feel
CREATE VIEW "sad_people" ("id") AS SELECT "id" FROM "people" WHERE "mood" = 'sad';

-- down: drop view sad_people
-- lock: ACCESS EXCLUSIVE on the view: blocks its readers, for a moment
DROP VIEW "sad_people";

