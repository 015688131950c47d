// @NAME@: a data step over @TABLE@, from the text in @READ@ to the text in @WRITE@.
import { Out, Row, TEXT, rows, write } from "./strat";
export { strat_abi, strat_alloc } from "./strat";

/** One row: reads columns, writes columns. What isn't written is NULL; `row.reject("why")` refuses the row. */
function row(row: Row, out: Out): void {
  const text = row.text("@READ@");
  if (text === null) return;
  out.text("@WRITE@", text.toLowerCase());
}

export function strat_run(ptr: usize, len: usize): u64 {
  return rows(ptr, [write("@WRITE@", TEXT)], row);
}
