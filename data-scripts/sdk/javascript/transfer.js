// @NAME@: rows of @INTO@, one for each part of the text in @READ@ of @TABLE@, which commas part.
const writes = { "@from": "integer", "@WRITE@": "text" };

// All rows of a batch: any number of new rows for each. `@from` says which row one is made of.
function batch(rows) {
  const made = [];
  rows.forEach((row, from) => {
    for (const part of (row["@READ@"] ?? "").split(",")) {
      if (part !== "") made.push({ "@from": from, "@WRITE@": part });
    }
  });
  return made;
}
