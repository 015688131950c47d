-- up: add value ecstatic to enum mood

-- down: drop value ecstatic of enum mood

