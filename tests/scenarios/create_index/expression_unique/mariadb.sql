-- up: create unique index by_lower_name on users
-- refused: mysql can't keep the rows of by_lower_name apart: a unique index over an expression or some of the rows isn't to be had: add a generated column that is NULL where it doesn't count, and make that unique

-- down: drop index by_lower_name

