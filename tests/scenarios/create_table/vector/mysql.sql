-- up: create table documents
-- alone; lock: none that others feel
CREATE TABLE `documents` (
  `id` INT NOT NULL,
  `embedding` LONGBLOB,
  CONSTRAINT `documents_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'documents')

-- down: drop table documents
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `documents`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'documents')

