-- up: create extension citext
-- notice: mysql has no extensions: citext is left out

-- down: drop extension citext

