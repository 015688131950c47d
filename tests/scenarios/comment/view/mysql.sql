-- up: comment on adults
-- notice: mysql keeps no remarks on views: it is left out

-- down: comment on adults

