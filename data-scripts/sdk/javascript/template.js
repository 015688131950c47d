// @NAME@: a data step over @TABLE@, from the text in @READ@ to the text in @WRITE@.
const writes = { "@WRITE@": "text" };

// One row: an object in, an object out. What isn't in it is NULL; `throw new Reject("why")` refuses the row.
function row(row) {
  const text = row["@READ@"];
  if (text === null) return;
  return { "@WRITE@": text.toLowerCase() };
}
