/* The guest of the backfill benchmark: resets a counter and makes a slug of a text. */
#include "strat.h"

STRAT_WRITES({"counter", STRAT_BIG_INT}, {"slug", STRAT_TEXT})

/* ASCII capitals become small; letters, digits and bytes beyond ASCII stay; a run of anything else becomes one dash. */
void strat_row(const strat_batch *in, strat_u32 row, strat_out *out) {
  strat_str text;
  strat_put_int(out, "counter", 0);
  if (!strat_text(in, "title", row, &text)) return;
  char *slug = strat_take(text.len);
  strat_u32 n = 0;
  int gap = 0;
  for (strat_u32 i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.ptr[i];
    if (c >= 'A' && c <= 'Z') c += 32;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80) {
      if (gap && n) slug[n++] = '-';
      gap = 0;
      slug[n++] = (char)c;
    } else {
      gap = 1;
    }
  }
  strat_put_text(out, "slug", slug, n);
}
