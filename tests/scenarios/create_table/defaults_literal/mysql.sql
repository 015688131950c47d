-- up: create enum mood

-- up: create table fallbacks
-- alone; lock: none that others feel
CREATE TABLE `fallbacks` (
  `id` INT NOT NULL,
  `a_bool` TINYINT(1) NOT NULL DEFAULT 1,
  `a_smallint` SMALLINT NOT NULL DEFAULT -7,
  `an_integer` INT NOT NULL DEFAULT 0,
  `a_bigint` BIGINT NOT NULL DEFAULT 9007199254740993,
  `a_real` FLOAT NOT NULL DEFAULT 0.5,
  `a_double` DOUBLE NOT NULL DEFAULT -2.25,
  `a_decimal` DECIMAL(12,3) NOT NULL DEFAULT 12.340,
  `a_text` LONGTEXT COLLATE utf8mb4_bin NOT NULL DEFAULT ('it''s "so" \\ 🦀'),
  `a_varchar` VARCHAR(20) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `a_char` CHAR(4) COLLATE utf8mb4_bin NOT NULL DEFAULT 'abcd',
  `a_bytes` LONGBLOB NOT NULL DEFAULT (x'00ff'),
  `a_uuid` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '123e4567-e89b-12d3-a456-426614174000',
  `a_date` DATE NOT NULL DEFAULT '2024-02-29',
  `a_time` TIME(6) NOT NULL DEFAULT '23:59:59.5',
  `a_timestamp` DATETIME(6) NOT NULL DEFAULT '2024-12-31 23:59:59',
  `a_moment` DATETIME(6) NOT NULL DEFAULT '2024-12-31 23:59:59',
  `a_json` JSON NOT NULL DEFAULT ('{"a": [1, "it''s"]}'),
  `a_mood` ENUM('sad','it''s ok') COLLATE utf8mb4_bin NOT NULL DEFAULT 'it''s ok',
  CONSTRAINT `fallbacks_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'fallbacks')

-- down: drop table fallbacks
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `fallbacks`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'fallbacks')

-- down: drop enum mood

