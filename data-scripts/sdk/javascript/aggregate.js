// @NAME@: a row of @INTO@ for all rows of @TABLE@ with the same @READ@: how many they are.
const writes = { "@READ@": "text", "@WRITE@": "big_int" };

// Whole groups, one behind the other: `@group` numbers them from 0, and each gives one row, in order.
function batch(rows) {
  const made = [];
  for (const row of rows) {
    if (row["@group"] === made.length) made.push({ "@READ@": row["@READ@"], "@WRITE@": 0n });
    made[made.length - 1]["@WRITE@"] += 1n;
  }
  return made;
}
