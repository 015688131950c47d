-- up: create enum mood

-- up: create table people
-- notice: mysql has no partial indexes: happy_people holds every row
-- alone; lock: none that others feel
CREATE TABLE `people` (
  `id` INT NOT NULL,
  `mood` ENUM('sad','ok','happy') COLLATE utf8mb4_bin NOT NULL DEFAULT 'ok',
  `other` ENUM('sad','ok','happy') COLLATE utf8mb4_bin,
  INDEX `happy_people` (`id`),
  CONSTRAINT `people_pkey` PRIMARY KEY (`id`),
  CONSTRAINT `never_both_sad` CHECK (NOT (`mood` = 'sad' AND `other` = 'sad'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'people')

-- down: drop table people
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `people`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'people')

-- down: drop enum mood

