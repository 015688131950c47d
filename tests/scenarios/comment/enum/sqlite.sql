-- up: comment on enum mood
-- notice: sqlite keeps no remarks: that on the enum is left out

-- down: comment on enum mood

