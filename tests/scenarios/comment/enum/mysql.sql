-- up: comment on enum mood
-- notice: mysql keeps no remarks on enums: it is left out

-- down: comment on enum mood

