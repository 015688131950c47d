/* @NAME@: rows of @INTO@, one for each part of the text in @READ@ of @TABLE@, which commas part. */
#define STRAT_BATCH
#include "strat.h"

STRAT_WRITES({"@from", STRAT_INTEGER}, {"@WRITE@", STRAT_TEXT})

static void put(strat_out *out, strat_u32 row, const char *part, strat_u32 len) {
  if (len == 0) return;
  strat_put_int(out, "@from", row);
  strat_put_text(out, "@WRITE@", part, len);
  strat_next(out);
}

/* All rows of a batch: any number of new rows for each. `@from` says which row one is made of; strat_reject refuses a row. */
void strat_batch_run(const strat_batch *in, strat_out *out) {
  for (strat_u32 row = 0; row < in->rows; row++) {
    strat_str text;
    if (!strat_text(in, "@READ@", row, &text)) continue;
    strat_u32 begins = 0;
    for (strat_u32 i = 0; i < text.len; i++) {
      if (text.ptr[i] != ',') continue;
      put(out, row, text.ptr + begins, i - begins);
      begins = i + 1;
    }
    put(out, row, text.ptr + begins, text.len - begins);
  }
}
