-- up: change the type of users.email to Text
-- refused: mysql can't take users.email into the key one_email: values of any length can't be a key; give it the type Varchar with a length

-- up: change the type of users.name to Varchar(100)
-- refused: mysql can't take users.email into the key one_email: values of any length can't be a key; give it the type Varchar with a length

-- down: change the type of users.name to Varchar(80)
-- refused: mysql can't take users.email into the key one_email: values of any length can't be a key; give it the type Varchar with a length

-- down: change the type of users.email to Varchar(200)
-- every row is written anew
-- alone; at the latest: COPY; lock: metadata lock on the table: blocks writes while every row is written anew
ALTER TABLE `users` MODIFY COLUMN `email` VARCHAR(200) COLLATE utf8mb4_bin COMMENT 'where to write';
-- probe: SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'users' AND COLUMN_NAME = 'email' AND COLUMN_TYPE = 'varchar(200)')

