/* The guest of the sandbox benchmark: gives back what it was given, through the whole of the SDK. */
#include "strat.h"

STRAT_WRITES({"id", STRAT_BIG_INT}, {"title", STRAT_TEXT}, {"score", STRAT_DOUBLE})

void strat_row(const strat_batch *in, strat_u32 row, strat_out *out) {
  strat_i64 id;
  strat_str title;
  double score;
  if (strat_int(in, "id", row, &id)) strat_put_int(out, "id", id);
  if (strat_text(in, "title", row, &title)) strat_put_text(out, "title", title.ptr, title.len);
  if (strat_float(in, "score", row, &score)) strat_put_float(out, "score", score);
}
