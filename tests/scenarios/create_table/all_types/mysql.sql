-- up: create table kinds
-- alone; lock: none that others feel
CREATE TABLE `kinds` (
  `id` INT NOT NULL,
  `a_bool` TINYINT(1),
  `a_smallint` SMALLINT,
  `a_bigint` BIGINT,
  `a_real` FLOAT,
  `a_double` DOUBLE,
  `a_decimal` DECIMAL(12,3),
  `a_text` LONGTEXT COLLATE utf8mb4_bin,
  `a_varchar` VARCHAR(20) COLLATE utf8mb4_bin,
  `a_char` CHAR(4) COLLATE utf8mb4_bin,
  `a_bytes` LONGBLOB,
  `a_uuid` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin,
  `a_date` DATE,
  `a_time` TIME(6),
  `a_timestamp` DATETIME(6),
  `a_moment` DATETIME(6),
  `a_json` JSON,
  CONSTRAINT `kinds_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds')

-- down: drop table kinds
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `kinds`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kinds')

