-- up: drop enum mood

-- down: create enum mood

