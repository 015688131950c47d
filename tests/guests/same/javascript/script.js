// The same transform as in every other language here: a slug, a product that wraps around, a share.
const writes = { share: "double", slug: "text", tripled: "big_int" };

function row({ title, n, x }) {
  if (title === "!") throw new Reject("a title that says !");
  return {
    slug: title === null ? null : slug(title),
    tripled: n === null ? null : BigInt.asIntN(64, n * 3n),
    share: x === null ? null : x * 0.7,
  };
}

// ASCII letters and digits in lower case and all that isn't ASCII; one dash for what is between them.
function slug(title) {
  const lower = title.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return lower.replace(/[\x00-\x2f\x3a-\x60\x7b-\x7f]+/g, "-").replace(/^-|-$/g, "");
}
