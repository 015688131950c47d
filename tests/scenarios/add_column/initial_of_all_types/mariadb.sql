-- up: add column users.code Char(3)
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `code` CHAR(3) COLLATE utf8mb4_bin NOT NULL DEFAULT 'a';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'code')

-- up: add column users.raw Bytes
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `raw` LONGBLOB NOT NULL DEFAULT (x'00ff');
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'raw')

-- alone; at the latest: INSTANT
ALTER TABLE `users` MODIFY COLUMN `raw` LONGBLOB NOT NULL;
-- probe: SELECT 0

-- up: add column users.day Date
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `day` DATE NOT NULL DEFAULT '2024-02-29';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'day')

-- alone; at the latest: INSTANT
ALTER TABLE `users` MODIFY COLUMN `day` DATE NOT NULL;
-- probe: SELECT 0

-- up: add column users.at TimestampTz
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `at` DATETIME(6) NOT NULL DEFAULT '2024-02-29 10:00:00';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'at')

-- alone; at the latest: INSTANT
ALTER TABLE `users` MODIFY COLUMN `at` DATETIME(6) NOT NULL;
-- probe: SELECT 0

-- up: add column users.ratio Double
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `ratio` DOUBLE NOT NULL DEFAULT 0.1;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'ratio')

-- alone; at the latest: INSTANT
ALTER TABLE `users` MODIFY COLUMN `ratio` DOUBLE NOT NULL;
-- probe: SELECT 0

-- up: add column users.price Decimal(20, 4)
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `price` DECIMAL(20,4) NOT NULL DEFAULT 12345678901234.5678;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'price')

-- alone; at the latest: INSTANT
ALTER TABLE `users` MODIFY COLUMN `price` DECIMAL(20,4) NOT NULL;
-- probe: SELECT 0

-- up: add column users.body Text
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `body` LONGTEXT COLLATE utf8mb4_bin NOT NULL DEFAULT ('it''s');
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'body')

-- alone; at the latest: INSTANT
ALTER TABLE `users` MODIFY COLUMN `body` LONGTEXT COLLATE utf8mb4_bin NOT NULL;
-- probe: SELECT 0

-- up: add column users.ok Bool
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `ok` TINYINT(1) NOT NULL DEFAULT 1;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'ok')

-- alone; at the latest: INSTANT
ALTER TABLE `users` MODIFY COLUMN `ok` TINYINT(1) NOT NULL;
-- probe: SELECT 0

-- up: add column users.u Uuid
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` ADD COLUMN `u` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '123e4567-e89b-12d3-a456-426614174000';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'u')

-- alone; at the latest: INSTANT
ALTER TABLE `users` MODIFY COLUMN `u` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL;
-- probe: SELECT 0

-- down: drop column users.u
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `u`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'u')

-- down: drop column users.ok
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `ok`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'ok')

-- down: drop column users.body
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `body`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'body')

-- down: drop column users.price
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `price`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'price')

-- down: drop column users.ratio
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `ratio`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'ratio')

-- down: drop column users.at
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `at`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'at')

-- down: drop column users.day
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `day`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'day')

-- down: drop column users.raw
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `raw`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'raw')

-- down: drop column users.code
-- alone; at the latest: INSTANT; lock: metadata lock on the table: blocks reads and writes, for a moment
ALTER TABLE `users` DROP COLUMN `code`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'code')

