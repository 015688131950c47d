/* The guest of the sandbox benchmark that has something to do: resets a counter, makes a slug of a text, and
 * multiplies a number. */
#define STRAT_BATCH
#include "strat.h"

STRAT_WRITES({"counter", STRAT_BIG_INT}, {"slug", STRAT_TEXT}, {"score", STRAT_DOUBLE})

#define SAME4(c) c, c + 1, c + 2, c + 3
#define SAME16(c) SAME4(c), SAME4(c + 4), SAME4(c + 8), SAME4(c + 12)
#define LETTERS SAME16('a'), SAME4('q'), SAME4('u'), 'y', 'z'
#define NONE7 0, 0, 0, 0, 0, 0, 0
/* What becomes of a byte; 0 where it isn't kept. */
static const unsigned char small[256] = {
  [48] = SAME4('0'), SAME4('4'), '8', '9', NONE7, LETTERS, 0, 0, 0, 0, 0, 0, LETTERS,
  [128] = SAME16(128), SAME16(144), SAME16(160), SAME16(176), SAME16(192), SAME16(208), SAME16(224), SAME16(240),
};

/* ASCII capitals become small; letters, digits and bytes beyond ASCII stay; a run of anything else becomes one dash. */
static strat_u32 slug(const strat_str *text, char *to) {
  strat_u32 n = 0, gap = 0;
  /* The engine counts what a guest does where its blocks end: fewer of them, less counting. */
#pragma clang loop unroll_count(8)
  for (strat_u32 i = 0; i < text->len; i++) {
    unsigned char made = small[(unsigned char)text->ptr[i]], kept = made != 0;
    /* Without a branch: what isn't kept is written over. */
    to[n] = '-';
    n += gap & kept;
    to[n] = (char)made;
    n += kept;
    gap = !kept & (n != 0);
  }
  return n;
}

void strat_batch_run(const strat_batch *in, strat_out *out) {
  const strat_column *title = strat_find(in, "title"), *score = strat_find(in, "score");
  strat_written *counter = strat_target(out, "counter"), *to = strat_target(out, "slug"), *more = strat_target(out, "score");
  for (strat_u32 row = 0; row < in->rows; row++) {
    strat_str text;
    double x;
    strat_put_int_to(counter, 0);
    if (strat_text_of(in, title, row, &text)) {
      char *made = strat_put_begin_to(to, text.len);
      strat_put_end_to(to, text.len, slug(&text, made));
    }
    if (strat_float_of(in, score, row, &x)) strat_put_float_to(more, x * 1.21);
    strat_next(out);
  }
}
