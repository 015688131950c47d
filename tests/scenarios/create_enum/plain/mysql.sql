-- up: create enum mood

-- down: drop enum mood

