-- up: comment on users
-- notice: sqlite keeps no remarks: that on the table is left out

-- down: comment on users

