# The same transform as in every other language here: a slug, a product that wraps around, a share.
import re

import strat

writes = {"share": "double", "slug": "text", "tripled": "big_int"}

# ASCII letters and digits in lower case and all that isn't ASCII; one dash for what is between them.
LOWER = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}
OTHERS = re.compile("[\x00-\x2f\x3a-\x60\x7b-\x7f]+")


def row(title, n, x):
    if title == "!":
        raise strat.Reject("a title that says !")
    return {
        "slug": None if title is None else OTHERS.sub("-", title.translate(LOWER)).strip("-"),
        "tripled": None if n is None else (n * 3 + 2**63) % 2**64 - 2**63,
        "share": None if x is None else x * 0.7,
    }
