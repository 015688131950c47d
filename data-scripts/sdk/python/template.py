# @NAME@: a data step over @TABLE@, from the text in @READ@ to the text in @WRITE@.
import strat

writes = {"@WRITE@": "text"}


# One row: its columns in, a dict out. What isn't in it is NULL; `raise strat.Reject("why")` refuses the row.
def row(**columns):
    text = columns["@READ@"]
    if text is None:
        return None
    return {"@WRITE@": text.lower()}
