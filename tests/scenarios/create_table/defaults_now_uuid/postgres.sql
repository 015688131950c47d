-- up: create table events
-- lock: none that others feel
CREATE TABLE "events" (
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  "token" text NOT NULL DEFAULT gen_random_uuid(),
  "on_day" date NOT NULL DEFAULT CURRENT_DATE,
  "at_time" time without time zone NOT NULL DEFAULT LOCALTIME,
  "at" timestamp without time zone NOT NULL DEFAULT LOCALTIMESTAMP,
  "moment" timestamp with time zone NOT NULL DEFAULT now(),
  "n" integer NOT NULL,
  CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- down: drop table events
-- lock: ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment
DROP TABLE "events";

