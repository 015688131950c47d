-- up: create extension uuid-ossp
-- lock: none that others feel
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";

-- down: drop extension uuid-ossp
-- lock: none that others feel
DROP EXTENSION "uuid-ossp";

