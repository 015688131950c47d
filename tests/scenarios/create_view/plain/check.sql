SELECT count(*) = 1 FROM adults;
