//! @NAME@: a row of @INTO@ for all rows of @TABLE@ with the same @READ@: how many they are.
const strat = @import("strat.zig");
pub const panic = strat.panic;

comptime {
    strat.batch(run, &.{ .{ "@READ@", .text }, .{ "@WRITE@", .big_int } });
}

/// Whole groups, one behind the other: `@group` numbers them from 0, and each gives one row, in order.
fn run(input: strat.Batch, out: *strat.Out) !void {
    var count: i64 = 0;
    for (0..input.len) |index| {
        const row = input.row(@intCast(index));
        count += 1;
        const more = index + 1 < input.len;
        if (more and input.row(@intCast(index + 1)).int("@group").? == row.int("@group").?) continue;
        if (row.text("@READ@")) |text| out.text("@READ@", text);
        out.int("@WRITE@", count);
        out.next();
        count = 0;
    }
}
