/* The same transform as in every other language here: a slug, a product that wraps around, a share. */
#include "strat.h"

STRAT_WRITES({"share", STRAT_DOUBLE}, {"slug", STRAT_TEXT}, {"tripled", STRAT_BIG_INT})

/* ASCII letters and digits in lower case and all that isn't ASCII; one dash for what is between them. */
static strat_u32 slug(const char *from, strat_u32 len, char *to) {
  strat_u32 at = 0, dash = 0;
  for (strat_u32 i = 0; i < len; i++) {
    strat_u8 c = (strat_u8)from[i];
    if (c >= 'A' && c <= 'Z') c += 32;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 128) {
      if (dash && at) to[at++] = '-';
      dash = 0;
      to[at++] = (char)c;
    } else {
      dash = 1;
    }
  }
  return at;
}

void strat_row(const strat_batch *in, strat_u32 row, strat_out *out) {
  strat_str title;
  strat_i64 n;
  double x;
  if (strat_text(in, "title", row, &title)) {
    if (title.len == 1 && *title.ptr == '!') {
      strat_reject(row, "a title that says !");
      return;
    }
    char *to = strat_take(title.len);
    strat_put_text(out, "slug", to, slug(title.ptr, title.len, to));
  }
  if (strat_int(in, "n", row, &n)) strat_put_int(out, "tripled", (strat_i64)((strat_u64)n * 3));
  if (strat_float(in, "x", row, &x)) strat_put_float(out, "share", x * 0.7);
}
