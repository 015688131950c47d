//! @NAME@: rows of @INTO@, one for each part of the text in @READ@ of @TABLE@, which commas part.

mod strat;

strat::batch!(run, writes: [("@from", strat::INTEGER), ("@WRITE@", strat::TEXT)]);

/// All rows of a batch: any number of new rows for each. `@from` says which row one is made of; `strat::reject` refuses a row.
fn run(input: &strat::Batch, out: &mut strat::Out) -> strat::Result {
    for row in input.rows() {
        for part in row.text("@READ@").unwrap_or_default().split(',').filter(|part| !part.is_empty()) {
            out.int("@from", row.index().into());
            out.text("@WRITE@", part);
            out.next();
        }
    }
    Ok(())
}
