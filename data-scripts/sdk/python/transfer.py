# @NAME@: rows of @INTO@, one for each part of the text in @READ@ of @TABLE@, which commas part.
writes = {"@from": "integer", "@WRITE@": "text"}


# All rows of a batch: any number of new rows for each. `@from` says which row one is made of.
def batch(rows):
    made = []
    for index, row in enumerate(rows):
        for part in (row["@READ@"] or "").split(","):
            if part:
                made.append({"@from": index, "@WRITE@": part})
    return made
