-- up: create table books
-- notice: mysql has no partial indexes: recent holds every row
-- alone; lock: none that others feel
CREATE TABLE `books` (
  `id` INT NOT NULL,
  `title` VARCHAR(200) COLLATE utf8mb4_bin NOT NULL,
  `author` VARCHAR(100) COLLATE utf8mb4_bin,
  `year` INT,
  INDEX `ix_books_title` (`title`),
  INDEX `ix_books_author_year` (`author`, `year` DESC),
  INDEX `by_upper_title` ((upper(`title`))),
  INDEX `recent` (`year`),
  UNIQUE INDEX `one_title_per_author` (`author`, `title`),
  CONSTRAINT `books_pkey` PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'books')

-- down: drop table books
-- alone; lock: metadata lock on the table: blocks reads and writes, for a moment
DROP TABLE `books`;
-- probe: SELECT NOT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'books')

