-- up: create table my "odd" tábla
-- alone; lock: none that others feel
CREATE TABLE `my "odd" tábla` (
  `the id` INT NOT NULL,
  `it's` VARCHAR(40) COLLATE utf8mb4_bin NOT NULL DEFAULT 'x',
  `crab ß` INT,
  `MixedCase` INT,
  `back``tick` INT,
  `semi;colon--` INT,
  `a.b` INT,
  INDEX `ix_my "odd" tábla_crab ß_back``tick` (`crab ß`, `back``tick` DESC),
  CONSTRAINT `my "odd" tábla_pkey` PRIMARY KEY (`the id`),
  CONSTRAINT `crabs "only"` CHECK (`crab ß` > 0 AND `it's` <> 'it''s'),
  CONSTRAINT `my "odd" tábla_MixedCase_a.b_key` UNIQUE (`MixedCase`, `a.b`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin COMMENT='it''s "odd" 🦀 \\';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'my "odd" tábla')

-- up: create view crab view
-- alone; lock: none that others feel
CREATE VIEW `crab view` (`crab ß`, `ID`) AS SELECT t.`crab ß`, t.`the id` FROM `my "odd" tábla` AS t WHERE t.`it's` = 'x';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'crab view')

-- down: drop view crab view
-- alone; lock: none that others feel
DROP VIEW `crab view`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'crab view')

-- down: drop table my "odd" tábla
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `my "odd" tábla`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'my "odd" tábla')

