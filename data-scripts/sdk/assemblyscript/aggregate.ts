// @NAME@: a row of @INTO@ for all rows of @TABLE@ with the same @READ@: how many they are.
import { BIG_INT, Batch, Out, TEXT, batch, write } from "./strat";
export { strat_abi, strat_alloc } from "./strat";

/** Whole groups, one behind the other: `@group` numbers them from 0, and each gives one row, in order. */
function run(input: Batch, out: Out): void {
  let count: i64 = 0;
  for (let index: u32 = 0; index < input.length; index++) {
    const row = input.row(index);
    count++;
    if (index + 1 < input.length && input.row(index + 1).int("@group") == row.int("@group")) continue;
    const text = row.text("@READ@");
    if (text !== null) out.text("@READ@", text);
    out.int("@WRITE@", count);
    out.next();
    count = 0;
  }
}

export function strat_run(ptr: usize, len: usize): u64 {
  return batch(ptr, [write("@READ@", TEXT), write("@WRITE@", BIG_INT)], run);
}
