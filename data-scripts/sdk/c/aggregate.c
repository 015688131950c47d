/* @NAME@: a row of @INTO@ for all rows of @TABLE@ with the same @READ@: how many they are. */
#define STRAT_BATCH
#include "strat.h"

STRAT_WRITES({"@READ@", STRAT_TEXT}, {"@WRITE@", STRAT_BIG_INT})

/* Whole groups, one behind the other: `@group` numbers them from 0, and each gives one row, in order. */
void strat_batch_run(const strat_batch *in, strat_out *out) {
  strat_i64 count = 0, group, next;
  for (strat_u32 row = 0; row < in->rows; row++) {
    count++;
    strat_int(in, "@group", row, &group);
    if (row + 1 < in->rows && strat_int(in, "@group", row + 1, &next) && next == group) continue;
    strat_str text;
    if (strat_text(in, "@READ@", row, &text)) strat_put_text(out, "@READ@", text.ptr, text.len);
    strat_put_int(out, "@WRITE@", count);
    strat_next(out);
    count = 0;
  }
}
