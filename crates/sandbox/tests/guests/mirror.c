/* Gives every column back, doubles "score", and refuses rows whose "n" is negative or over the parameter. */
#include "strat.h"

STRAT_WRITES({"n", STRAT_INTEGER}, {"big", STRAT_BIG_INT}, {"score", STRAT_DOUBLE}, {"flag", STRAT_BOOL},
             {"uid", STRAT_UUID}, {"title", STRAT_VARCHAR}, {"raw", STRAT_BYTES}, {"day", STRAT_DATE})

static strat_i64 number(const char *text) {
  strat_i64 value = 0;
  for (; *text; text++) value = value * 10 + (*text - '0');
  return value;
}

void strat_row(const strat_batch *in, strat_u32 row, strat_out *out) {
  strat_i64 n;
  double score;
  strat_str text;
  const strat_u8 *uid;
  const char *limit = strat_param("limit");
  if (strat_int(in, "n", row, &n)) {
    if (n < 0 || (limit && n > number(limit))) {
      strat_reject(row, n < 0 ? "n is -1" : "n is 11");
      return;
    }
    strat_put_int(out, "n", n);
  }
  if (strat_int(in, "big", row, &n)) strat_put_int(out, "big", n);
  if (strat_float(in, "score", row, &score)) strat_put_float(out, "score", score * 2.0);
  if (strat_int(in, "flag", row, &n)) strat_put_int(out, "flag", n);
  if (strat_uuid(in, "uid", row, &uid)) strat_put_uuid(out, "uid", uid);
  if (strat_text(in, "title", row, &text)) {
    if (text.len == 5 && !memcmp(text.ptr, "panic", 5)) strat_fail("a title that says ", "panic");
    strat_put_text(out, "title", text.ptr, text.len);
  }
  if (strat_text(in, "raw", row, &text)) strat_put_text(out, "raw", text.ptr, text.len);
  if (strat_int(in, "day", row, &n)) strat_put_int(out, "day", n);
}
