-- up: create table posts
-- notice: ix_posts_tags is left out: mysql has no index for JSON, arrays and vectors, nor everywhere one for expressions
-- alone; lock: none that others feel
CREATE TABLE `posts` (
  `id` INT NOT NULL,
  `tags` JSON,
  `scores` JSON,
  `seen` JSON,
  CONSTRAINT `posts_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'posts')

-- down: drop table posts
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `posts`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'posts')

