-- up: comment on adults
-- notice: sqlite keeps no remarks: that on the view is left out

-- down: comment on adults

