-- up: create extension citext
-- notice: sqlite has no extensions: citext is left out

-- down: drop extension citext

