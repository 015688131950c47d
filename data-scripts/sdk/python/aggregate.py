# @NAME@: a row of @INTO@ for all rows of @TABLE@ with the same @READ@: how many they are.
writes = {"@READ@": "text", "@WRITE@": "big_int"}


# Whole groups, one behind the other: `@group` numbers them from 0, and each gives one row, in order.
def batch(rows):
    made = []
    for row in rows:
        if row["@group"] == len(made):
            made.append({"@READ@": row["@READ@"], "@WRITE@": 0})
        made[-1]["@WRITE@"] += 1
    return made
