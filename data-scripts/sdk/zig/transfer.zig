//! @NAME@: rows of @INTO@, one for each part of the text in @READ@ of @TABLE@, which commas part.
const std = @import("std");
const strat = @import("strat.zig");
pub const panic = strat.panic;

comptime {
    strat.batch(run, &.{ .{ "@from", .integer }, .{ "@WRITE@", .text } });
}

/// All rows of a batch: any number of new rows for each. `@from` says which row one is made of.
fn run(input: strat.Batch, out: *strat.Out) !void {
    for (0..input.len) |index| {
        const text = input.row(@intCast(index)).text("@READ@") orelse continue;
        var parts = std.mem.splitScalar(u8, text, ',');
        while (parts.next()) |part| {
            if (part.len == 0) continue;
            out.int("@from", @intCast(index));
            out.text("@WRITE@", part);
            out.next();
        }
    }
}
