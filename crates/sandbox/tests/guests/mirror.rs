//! Gives every column back, doubles "score", and refuses rows whose "n" is negative or over the parameter.

mod strat;

strat::rows!(row, writes: [
    ("n", strat::INTEGER),
    ("big", strat::BIG_INT),
    ("score", strat::DOUBLE),
    ("flag", strat::BOOL),
    ("uid", strat::UUID),
    ("title", strat::VARCHAR),
    ("raw", strat::BYTES),
    ("day", strat::DATE),
]);

fn row(row: &strat::Row, out: &mut strat::Out) -> strat::Result {
    if let Some(n) = row.int("n") {
        let limit = strat::param_int("limit").unwrap_or(i64::MAX);
        if n < 0 || n > limit {
            return Err(format!("n is {}", n));
        }
        out.int("n", n);
    }
    row.int("big").map(|v| out.int("big", v));
    row.float("score").map(|v| out.float("score", v * 2.0));
    row.bool("flag").map(|v| out.bool("flag", v));
    row.uuid("uid").map(|v| out.uuid("uid", v));
    if row.text("title") == Some("panic") {
        panic!("a title that says panic");
    }
    row.text("title").map(|v| out.text("title", v));
    row.bytes("raw").map(|v| out.bytes("raw", v));
    row.int("day").map(|v| out.int("day", v));
    Ok(())
}
