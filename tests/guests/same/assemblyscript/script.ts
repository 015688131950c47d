// The same transform as in every other language here: a slug, a product that wraps around, a share.
import { BIG_INT, DOUBLE, Out, Row, TEXT, rows, write } from "./strat";
export { strat_abi, strat_alloc } from "./strat";

function row(row: Row, out: Out): void {
  const title = row.text("title");
  if (title !== null) {
    if (title == "!") {
      row.reject("a title that says !");
      return;
    }
    out.text("slug", slug(title));
  }
  if (!row.isNull("n")) out.int("tripled", row.int("n") * 3);
  if (!row.isNull("x")) out.float("share", row.float("x") * 0.7);
}

/** ASCII letters and digits in lower case and all that isn't ASCII; one dash for what is between them. */
function slug(title: string): string {
  const to = new StaticArray<u16>(title.length);
  let at = 0, dash = false;
  for (let i = 0; i < title.length; i++) {
    let c = title.charCodeAt(i);
    if (c >= 65 && c <= 90) c += 32;
    if ((c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c >= 128) {
      if (dash && at != 0) to[at++] = 45;
      dash = false;
      to[at++] = <u16>c;
    } else {
      dash = true;
    }
  }
  return String.UTF16.decodeUnsafe(changetype<usize>(to), <usize>at << 1);
}

export function strat_run(ptr: usize, len: usize): u64 {
  return rows(ptr, [write("share", DOUBLE), write("slug", TEXT), write("tripled", BIG_INT)], row);
}
