-- up: rename index by_email to the "email" index
-- lock: SHARE UPDATE EXCLUSIVE on the index: others go on reading and writing
ALTER INDEX "by_email" RENAME TO "the ""email"" index";

-- down: rename index the "email" index to by_email
-- lock: SHARE UPDATE EXCLUSIVE on the index: others go on reading and writing
ALTER INDEX "the ""email"" index" RENAME TO "by_email";

