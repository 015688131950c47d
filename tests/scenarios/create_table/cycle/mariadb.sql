-- up: create table teams
-- alone; lock: none that others feel
CREATE TABLE `teams` (
  `id` INT NOT NULL,
  `captain_id` INT,
  CONSTRAINT `teams_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'teams')

-- up: create table players
-- alone; lock: none that others feel
CREATE TABLE `players` (
  `id` INT NOT NULL,
  `team_id` INT NOT NULL,
  CONSTRAINT `players_pkey` PRIMARY KEY (`id`),
  INDEX `players_team_id_fkey` (`team_id`),
  CONSTRAINT `players_team_id_fkey` FOREIGN KEY (`team_id`) REFERENCES `teams` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'players')

-- up: add foreign key teams_captain_id_fkey to teams
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `teams` ADD INDEX `teams_captain_id_fkey` (`captain_id`), ADD CONSTRAINT `teams_captain_id_fkey` FOREIGN KEY (`captain_id`) REFERENCES `players` (`id`) ON DELETE SET NULL;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'teams' AND CONSTRAINT_NAME = 'teams_captain_id_fkey')

-- down: drop constraint teams_captain_id_fkey of teams
-- alone; at the latest: INPLACE with LOCK=NONE; lock: metadata lock on the table for a moment at both ends: others go on reading and writing in between
ALTER TABLE `teams` DROP FOREIGN KEY `teams_captain_id_fkey`, DROP INDEX IF EXISTS `teams_captain_id_fkey`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'teams' AND CONSTRAINT_NAME = 'teams_captain_id_fkey')

-- down: drop table players
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `players`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'players')

-- down: drop table teams
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `teams`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'teams')

