-- up: drop extension citext

-- down: create extension citext
-- notice: sqlite has no extensions: citext is left out

