//! @NAME@: a data step over @TABLE@, from the text in @READ@ to the text in @WRITE@.

mod strat;

strat::rows!(row, writes: [("@WRITE@", strat::TEXT)]);

/// One row: reads columns, writes columns. What isn't written is NULL; `Err` rejects the row.
fn row(row: &strat::Row, out: &mut strat::Out) -> strat::Result {
    if let Some(text) = row.text("@READ@") {
        out.text("@WRITE@", &text.to_lowercase());
    }
    Ok(())
}
