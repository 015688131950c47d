/* count-followups: how many follow-up questions an interview has had, counted in the JSON list that it keeps of them. */
#include "strat.h"

STRAT_WRITES({"current_followup_count", STRAT_INTEGER})

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* The elements of a JSON list; -1 when the text isn't one. The database has checked that it is JSON. */
static strat_i64 elements(strat_str json) {
  strat_u32 at = 0;
  while (at < json.len && is_blank(json.ptr[at])) at++;
  if (at == json.len || json.ptr[at] != '[') return -1;
  strat_i64 commas = 0, something = 0, depth = 0;
  int quoted = 0;
  for (; at < json.len; at++) {
    char c = json.ptr[at];
    if (quoted) {
      if (c == '\\') at++;
      else if (c == '"') quoted = 0;
      continue;
    }
    if (depth && !is_blank(c) && !(depth == 1 && c == ']')) something = 1;
    if (c == '"') quoted = 1;
    else if (c == '[' || c == '{') depth++;
    else if (c == ']' || c == '}') depth--;
    else if (c == ',' && depth == 1) commas++;
  }
  return something ? commas + 1 : 0;
}

void strat_row(const strat_batch *in, strat_u32 row, strat_out *out) {
  strat_str followups;
  if (!strat_text(in, "adaptive_follow_ups", row, &followups)) {
    strat_put_int(out, "current_followup_count", 0);
    return;
  }
  strat_i64 count = elements(followups);
  if (count < 0) {
    strat_reject(row, "adaptive_follow_ups is not a list");
    return;
  }
  strat_put_int(out, "current_followup_count", count);
}
