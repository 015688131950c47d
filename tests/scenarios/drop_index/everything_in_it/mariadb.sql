-- up: drop index rich

-- down: create unique index rich on users
-- refused: mysql can't keep the rows of rich apart: a unique index over an expression or some of the rows isn't to be had: add a generated column that is NULL where it doesn't count, and make that unique

