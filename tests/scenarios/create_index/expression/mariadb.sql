-- up: create index by_lower_name on users
-- notice: by_lower_name is left out: mysql has no index for JSON, arrays and vectors, nor everywhere one for expressions

-- up: create index by_age_sum on users
-- notice: by_age_sum is left out: mysql has no index for JSON, arrays and vectors, nor everywhere one for expressions

-- down: drop index by_age_sum

-- down: drop index by_lower_name

