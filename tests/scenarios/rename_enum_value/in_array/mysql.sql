-- up: rename value sad of enum mood to blue

-- down: rename value blue of enum mood to sad

