// A row of post_tags for each tag of a post, and one of mentions for the post itself.
const writes = {
  "@from": "integer",
  "@into": "text",
  "post_tags.post": "big_int",
  "post_tags.position": "integer",
  "post_tags.tag": "varchar",
  "mentions.author": "varchar",
  "mentions.times": "integer",
};

function batch(rows) {
  const out = [];
  rows.forEach((row, from) => {
    const tags = row.tags.split(strat.param("separator")).filter((tag) => tag !== "");
    tags.forEach((tag, position) => {
      out.push({
        "@from": from,
        "@into": "post_tags",
        "post_tags.post": row.id,
        "post_tags.position": position,
        "post_tags.tag": tag,
      });
    });
    out.push({ "@from": from, "@into": "mentions", "mentions.author": row.author, "mentions.times": tags.length });
  });
  return out;
}
