//! The same transform as in every other language here: a slug, a product that wraps around, a share.
const strat = @import("strat.zig");
pub const panic = strat.panic;

comptime {
    strat.rows(row, &.{ .{ "share", .double }, .{ "slug", .text }, .{ "tripled", .big_int } });
}

fn row(in: strat.Row, out: *strat.Out) !void {
    if (in.text("title")) |title| {
        if (title.len == 1 and title[0] == '!') return in.reject("a title that says !");
        out.text("slug", slug(title));
    }
    if (in.int("n")) |n| out.int("tripled", n *% 3);
    if (in.float("x")) |x| out.float("share", x * 0.7);
}

/// ASCII letters and digits in lower case and all that isn't ASCII; one dash for what is between them.
fn slug(title: []const u8) []const u8 {
    const to = strat.take(u8, title.len);
    var at: usize = 0;
    var dash = false;
    for (title) |from| {
        const c = if (from >= 'A' and from <= 'Z') from + 32 else from;
        if ((c >= 'a' and c <= 'z') or (c >= '0' and c <= '9') or c >= 128) {
            if (dash and at != 0) {
                to[at] = '-';
                at += 1;
            }
            dash = false;
            to[at] = c;
            at += 1;
        } else dash = true;
    }
    return to[0..at];
}
