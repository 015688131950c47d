//! @NAME@: a data step over @TABLE@, from the text in @READ@ to the text in @WRITE@.
const strat = @import("strat.zig");
pub const panic = strat.panic;

comptime {
    strat.rows(row, &.{.{ "@WRITE@", .text }});
}

/// One row: reads columns, writes columns. What isn't written is NULL; `return in.reject("why")` refuses the row.
fn row(in: strat.Row, out: *strat.Out) !void {
    const text = in.text("@READ@") orelse return;
    const lower = strat.take(u8, text.len);
    for (text, lower) |from, *to| to.* = if (from >= 'A' and from <= 'Z') from + 32 else from;
    out.text("@WRITE@", lower);
}
