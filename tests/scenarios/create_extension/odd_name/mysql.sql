-- up: create extension uuid-ossp
-- notice: mysql has no extensions: uuid-ossp is left out

-- down: drop extension uuid-ossp

