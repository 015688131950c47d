-- up: create table events
-- lock: the whole file, against other writers, until the entry is committed
CREATE TABLE "events" (
  "id" UUID_TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  "token" TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
  "on_day" DATE_TEXT NOT NULL DEFAULT CURRENT_DATE,
  "at_time" TIME_TEXT NOT NULL DEFAULT (strftime('%H:%M:%f000', 'now')),
  "at" TIMESTAMP_TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  "moment" TIMESTAMPTZ_TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')),
  "n" INTEGER NOT NULL,
  CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- down: drop table events
-- true, or stop: other tables still refer to events; lock: the whole file, against other writers, until the entry is committed
SELECT count(*) = 0 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table' AND lower(f."table") = lower('events') AND lower(s.name) <> lower('events');

DROP TABLE "events";

