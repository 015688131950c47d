SELECT count(*) = 2 FROM adults;
