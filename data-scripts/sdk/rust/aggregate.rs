//! @NAME@: a row of @INTO@ for all rows of @TABLE@ with the same @READ@: how many they are.

mod strat;

strat::batch!(run, writes: [("@READ@", strat::TEXT), ("@WRITE@", strat::BIG_INT)]);

/// Whole groups, one behind the other: `@group` numbers them from 0, and each gives one row, in order.
fn run(input: &strat::Batch, out: &mut strat::Out) -> strat::Result {
    let mut count = 0;
    for index in 0..input.len() {
        let row = input.row(index);
        count += 1;
        let is_last = index + 1 == input.len() || input.row(index + 1).int("@group") != row.int("@group");
        if is_last {
            out.text("@READ@", row.text("@READ@").unwrap_or_default());
            out.int("@WRITE@", count);
            out.next();
            count = 0;
        }
    }
    Ok(())
}
