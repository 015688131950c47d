-- up: rename constraint orders_pkey of orders to pk

-- down: rename constraint pk of orders to orders_pkey

