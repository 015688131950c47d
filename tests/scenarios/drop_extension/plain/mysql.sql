-- up: drop extension citext

-- down: create extension citext
-- notice: mysql has no extensions: citext is left out

