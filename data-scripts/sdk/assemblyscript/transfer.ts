// @NAME@: rows of @INTO@, one for each part of the text in @READ@ of @TABLE@, which commas part.
import { Batch, INTEGER, Out, TEXT, batch, write } from "./strat";
export { strat_abi, strat_alloc } from "./strat";

/** All rows of a batch: any number of new rows for each. `@from` says which row one is made of. */
function run(input: Batch, out: Out): void {
  for (let index: u32 = 0; index < input.length; index++) {
    const text = input.row(index).text("@READ@");
    if (text === null) continue;
    const parts = text.split(",");
    for (let i = 0; i < parts.length; i++) {
      if (parts[i].length == 0) continue;
      out.int("@from", index);
      out.text("@WRITE@", parts[i]);
      out.next();
    }
  }
}

export function strat_run(ptr: usize, len: usize): u64 {
  return batch(ptr, [write("@from", INTEGER), write("@WRITE@", TEXT)], run);
}
