-- up: create table 🦀
-- refused: mysql can't name anything "🦀": names hold no character beyond U+FFFF, such as emoji; choose another name

-- down: drop table 🦀
-- refused: mysql can't name anything "🦀": names hold no character beyond U+FFFF, such as emoji; choose another name

