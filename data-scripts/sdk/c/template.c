/* @NAME@: a data step over @TABLE@, from the text in @READ@ to the text in @WRITE@. */
#include "strat.h"

STRAT_WRITES({"@WRITE@", STRAT_TEXT})

/* One row: reads columns, writes columns. What isn't written is NULL; strat_reject(row, "why") refuses the row. */
void strat_row(const strat_batch *in, strat_u32 row, strat_out *out) {
  strat_str text;
  if (!strat_text(in, "@READ@", row, &text)) return;
  char *lower = strat_take(text.len);
  for (strat_u32 i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    lower[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
  }
  strat_put_text(out, "@WRITE@", lower, text.len);
}
