/* The guest of the sandbox benchmark that has something to do: a slug of the text, the rest as it was. */
#include "strat.h"

STRAT_WRITES({"id", STRAT_BIG_INT}, {"slug", STRAT_TEXT}, {"score", STRAT_DOUBLE})

/* ASCII capitals become small; letters, digits and bytes beyond ASCII stay; a run of anything else becomes one dash. */
void strat_row(const strat_batch *in, strat_u32 row, strat_out *out) {
  strat_i64 id;
  strat_str text;
  double score;
  if (strat_int(in, "id", row, &id)) strat_put_int(out, "id", id);
  if (strat_float(in, "score", row, &score)) strat_put_float(out, "score", score);
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
