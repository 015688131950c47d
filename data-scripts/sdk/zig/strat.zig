//! The Zig side of a data step: rows in, columns out. One file, nothing but std.
//!
//! Put it beside the script, which says what it writes and has a function over a row:
//!
//!     const strat = @import("strat.zig");
//!     pub const panic = strat.panic;
//!     comptime { strat.rows(row, &.{.{ "slug", .text }}); }
//!     fn row(row: strat.Row, out: *strat.Out) !void { ... }
//!
//! `strat.batch(run, writes)` takes a function that makes any number of rows instead, and ends each with `out.next()`.
//! The layout is described byte by byte in data-scripts/README.md.
const std = @import("std");

pub const Type = enum(u16) {
    bool = 1,
    small_int,
    integer,
    big_int,
    real,
    double,
    decimal,
    text,
    varchar,
    char,
    @"enum",
    json,
    bytes,
    uuid,
    date,
    time,
    timestamp,
    timestamp_tz,
    array,
    vector,

    fn isText(self: Type) bool {
        const number = @intFromEnum(self);
        return number >= @intFromEnum(Type.decimal) and number <= @intFromEnum(Type.json);
    }

    /// Bytes a row, 0 for types with offsets.
    fn width(self: Type) usize {
        return switch (self) {
            .bool => 1,
            .small_int => 2,
            .integer, .real, .date => 4,
            .big_int, .double, .time, .timestamp, .timestamp_tz => 8,
            .uuid => 16,
            else => 0,
        };
    }
};

/// A written column: its name and type.
pub const Write = struct { []const u8, Type };

const host = struct {
    extern "strat" fn log(ptr: [*]const u8, len: usize) void;
    extern "strat" fn reject(row: u32, ptr: [*]const u8, len: usize) void;
    extern "strat" fn param(name: [*]const u8, name_len: usize, dst: [*]u8, cap: usize) i32;
    extern "strat" fn asset(name: [*]const u8, name_len: usize, off: i64, dst: [*]u8, cap: usize) i32;
    extern "strat" fn lookup(name: [*]const u8, name_len: usize) u64;
};

/// Memory until the end of the batch; the instance ends with it, so nothing has to be given back.
pub const memory = std.heap.wasm_allocator;

/// Memory for `len` items; more than there may be ends the run.
pub fn take(comptime T: type, len: usize) []T {
    return memory.alloc(T, len) catch @panic("out of memory");
}

/// Writes a line into the step's log.
pub fn log(text: []const u8) void {
    host.log(text.ptr, text.len);
}

/// Ends the run; the message is the last line of the log, which the error shows.
pub fn fail(message: []const u8, what: []const u8) noreturn {
    const line = take(u8, message.len + what.len);
    @memcpy(line[0..message.len], message);
    @memcpy(line[message.len..], what);
    log(line);
    @trap();
}

/// For the script's root: `pub const panic = strat.panic;`. The message becomes the last line of the log.
pub const panic = std.debug.FullPanic(struct {
    fn call(message: []const u8, _: ?usize) noreturn {
        log(message);
        @trap();
    }
}.call);

/// A parameter of the step, as text.
pub fn param(name: []const u8) ?[]const u8 {
    var none: [1]u8 = undefined;
    const len = host.param(name.ptr, name.len, &none, 0);
    if (len < 0) return null;
    const text = take(u8, @intCast(len));
    _ = host.param(name.ptr, name.len, text.ptr, text.len);
    return text;
}

/// A parameter of the step, as an integer.
pub fn paramInt(name: []const u8) ?i64 {
    return std.fmt.parseInt(i64, param(name) orelse return null, 10) catch null;
}

/// The bytes of an asset.
pub fn asset(name: []const u8) ?[]const u8 {
    var all: std.ArrayList(u8) = .empty;
    const part = take(u8, 65536);
    while (true) {
        const got = host.asset(name.ptr, name.len, @intCast(all.items.len), part.ptr, part.len);
        if (got < 0) return null;
        if (got == 0) return all.items;
        all.appendSlice(memory, part[0..@intCast(got)]) catch @panic("out of memory");
    }
}

/// A small table that the step hands over whole.
pub fn lookup(name: []const u8) ?Batch {
    const found = host.lookup(name.ptr, name.len);
    return if (found == 0) null else Batch.at(@intCast(found >> 32));
}

const Column = extern struct {
    type: u16,
    flags: u16,
    scale: i32,
    name: u32,
    name_len: u32,
    validity: u32,
    offsets: u32,
    data: u32,
    data_len: u32,
    child: u32,
    zero: u32 = 0,

    fn kind(self: Column) Type {
        return @enumFromInt(self.type);
    }
};

const Header = extern struct { magic: u32, version: u32, rows: u32, columns: u32 };

/// Rows, column by column; the host has checked every byte.
pub const Batch = struct {
    bytes: [*]const u8,
    columns: []const Column,
    /// How many rows there are.
    len: u32,

    fn at(ptr: usize) Batch {
        const header: *const Header = @ptrFromInt(ptr);
        const first: [*]const Column = @ptrFromInt(ptr + @sizeOf(Header));
        return .{ .bytes = @ptrFromInt(ptr), .columns = first[0..header.columns], .len = header.rows };
    }

    /// One row.
    pub fn row(self: *const Batch, index: u32) Row {
        if (index >= self.len) @panic("a row beyond the end of the batch");
        return .{ .batch = self, .index = index };
    }

    fn column(self: *const Batch, name: []const u8) *const Column {
        for (self.columns) |*one| {
            if (std.mem.eql(u8, self.bytes[one.name..][0..one.name_len], name)) return one;
        }
        fail("the step doesn't read a column called ", name);
    }
};

/// One row. Reading a column that the step doesn't read, or as another type, ends the run with a message.
pub const Row = struct {
    batch: *const Batch,
    /// The row's number in its batch.
    index: u32,

    /// Whether the column is NULL here.
    pub fn isNull(self: Row, name: []const u8) bool {
        return self.null_(self.batch.column(name));
    }

    /// Text of any text type, Decimal, Enum and Json included.
    pub fn text(self: Row, name: []const u8) ?[]const u8 {
        const c = self.batch.column(name);
        if (!c.kind().isText()) fail("not text: column ", name);
        return self.piece(c);
    }

    /// The bytes of a Bytes column.
    pub fn bytes(self: Row, name: []const u8) ?[]const u8 {
        return self.piece(self.typed(name, .bytes));
    }

    /// An integer of any width, a date in days, or a time in microseconds.
    pub fn int(self: Row, name: []const u8) ?i64 {
        const c = self.batch.column(name);
        const value: i64 = switch (c.kind()) {
            .small_int => self.fixed(i16, c),
            .integer, .date => self.fixed(i32, c),
            .big_int, .time, .timestamp, .timestamp_tz => self.fixed(i64, c),
            else => fail("not an integer, date or time: column ", name),
        };
        return if (self.null_(c)) null else value;
    }

    /// A Real or Double.
    pub fn float(self: Row, name: []const u8) ?f64 {
        const c = self.batch.column(name);
        const value: f64 = switch (c.kind()) {
            .real => self.fixed(f32, c),
            .double => self.fixed(f64, c),
            else => fail("not a float: column ", name),
        };
        return if (self.null_(c)) null else value;
    }

    /// A Bool.
    pub fn boolean(self: Row, name: []const u8) ?bool {
        const c = self.typed(name, .bool);
        return if (self.null_(c)) null else self.fixed(u8, c) == 1;
    }

    /// A Uuid's 16 bytes.
    pub fn uuid(self: Row, name: []const u8) ?[16]u8 {
        const c = self.typed(name, .uuid);
        return if (self.null_(c)) null else self.fixed([16]u8, c);
    }

    /// A Vector's floats.
    pub fn vector(self: Row, name: []const u8) ?[]const f32 {
        const c = self.typed(name, .vector);
        if (self.null_(c)) return null;
        const from, const to = self.range(c);
        const floats: [*]const f32 = @ptrCast(@alignCast(self.batch.bytes + self.batch.columns[c.child].data));
        return floats[from..to];
    }

    /// Refuses the row: `return row.reject("why")`.
    pub fn reject(self: Row, why: []const u8) error{Rejected} {
        host.reject(self.index, why.ptr, why.len);
        return error.Rejected;
    }

    fn null_(self: Row, c: *const Column) bool {
        if (c.validity == 0) return false;
        return self.batch.bytes[c.validity + self.index / 8] >> @intCast(self.index % 8) & 1 == 0;
    }

    fn typed(self: Row, name: []const u8, wanted: Type) *const Column {
        const c = self.batch.column(name);
        if (c.kind() != wanted) fail("of another type: column ", name);
        return c;
    }

    fn fixed(self: Row, comptime T: type, c: *const Column) T {
        const all: [*]const T = @ptrCast(@alignCast(self.batch.bytes + c.data));
        return all[self.index];
    }

    fn range(self: Row, c: *const Column) struct { u32, u32 } {
        const offsets: [*]const u32 = @ptrCast(@alignCast(self.batch.bytes + c.offsets));
        return .{ offsets[self.index], offsets[self.index + 1] };
    }

    fn piece(self: Row, c: *const Column) ?[]const u8 {
        if (self.null_(c)) return null;
        const from, const to = self.range(c);
        return self.batch.bytes[c.data + from .. c.data + to];
    }
};

const Written = struct {
    name: []const u8,
    kind: Type,
    set: bool = false,
    nulls: bool = false,
    validity: std.ArrayList(u8) = .empty,
    offsets: std.ArrayList(u32) = .empty,
    data: std.ArrayList(u8) = .empty,

    fn put(self: *Written, value: []const u8) void {
        if (self.set) fail("written twice in one row: column ", self.name);
        self.data.appendSlice(memory, value) catch @panic("out of memory");
        self.set = true;
    }
};

/// The written columns. What a row doesn't set is NULL.
pub const Out = struct {
    rows: u32 = 0,
    columns: []Written,

    fn init(writes: []const Write) Out {
        const columns = take(Written, writes.len);
        for (columns, writes) |*column, write| {
            if (write[1] == .array) fail("this file can't write arrays: ", write[0]);
            column.* = .{ .name = write[0], .kind = write[1] };
            if (write[1].width() == 0) column.offsets.append(memory, 0) catch @panic("out of memory");
        }
        return .{ .columns = columns };
    }

    /// Writes text into a column of any text type.
    pub fn text(self: *Out, name: []const u8, value: []const u8) void {
        const c = self.target(name);
        if (!c.kind.isText()) fail("not text: column ", name);
        c.put(value);
    }

    /// Writes bytes.
    pub fn bytes(self: *Out, name: []const u8, value: []const u8) void {
        self.typed(name, .bytes).put(value);
    }

    /// Writes an integer, a date in days, or a time in microseconds.
    pub fn int(self: *Out, name: []const u8, value: i64) void {
        const c = self.target(name);
        switch (c.kind) {
            .small_int => c.put(std.mem.asBytes(&narrow(i16, value, name))),
            .integer, .date => c.put(std.mem.asBytes(&narrow(i32, value, name))),
            .big_int, .time, .timestamp, .timestamp_tz => c.put(std.mem.asBytes(&value)),
            else => fail("not an integer, date or time: column ", name),
        }
    }

    /// Writes a Real or Double.
    pub fn float(self: *Out, name: []const u8, value: f64) void {
        const c = self.target(name);
        switch (c.kind) {
            .real => c.put(std.mem.asBytes(&@as(f32, @floatCast(value)))),
            .double => c.put(std.mem.asBytes(&value)),
            else => fail("not a float: column ", name),
        }
    }

    /// Writes a Bool.
    pub fn boolean(self: *Out, name: []const u8, value: bool) void {
        self.typed(name, .bool).put(&.{@intFromBool(value)});
    }

    /// Writes a Uuid.
    pub fn uuid(self: *Out, name: []const u8, value: [16]u8) void {
        self.typed(name, .uuid).put(&value);
    }

    /// Writes a Vector.
    pub fn vector(self: *Out, name: []const u8, value: []const f32) void {
        self.typed(name, .vector).put(std.mem.sliceAsBytes(value));
    }

    /// Ends the row; only for functions over a batch.
    pub fn next(self: *Out) void {
        for (self.columns) |*c| {
            if (self.rows % 8 == 0) c.validity.append(memory, 0) catch @panic("out of memory");
            if (c.set) {
                c.validity.items[self.rows / 8] |= @as(u8, 1) << @intCast(self.rows % 8);
            } else {
                c.nulls = true;
                c.data.appendNTimes(memory, 0, c.kind.width()) catch @panic("out of memory");
            }
            if (c.kind.width() == 0) {
                const unit: usize = if (c.kind == .vector) 4 else 1;
                c.offsets.append(memory, @intCast(c.data.items.len / unit)) catch @panic("out of memory");
            }
            c.set = false;
        }
        self.rows += 1;
    }

    fn target(self: *Out, name: []const u8) *Written {
        for (self.columns) |*c| {
            if (std.mem.eql(u8, c.name, name)) return c;
        }
        fail("not in the script's list of writes: column ", name);
    }

    fn typed(self: *Out, name: []const u8, wanted: Type) *Written {
        const c = self.target(name);
        if (c.kind != wanted) fail("of another type: column ", name);
        return c;
    }

    /// Lays everything out in one buffer.
    fn finish(self: *Out) u64 {
        var records = self.columns.len;
        var names: usize = 0;
        var room: usize = 0;
        for (self.columns) |c| {
            if (c.kind == .vector) records += 1;
            names += c.name.len;
            room += up(c.validity.items.len) + up(c.offsets.items.len * 4) + up(c.data.items.len);
        }
        const table = @sizeOf(Header) + records * @sizeOf(Column);
        const start = up(table + names);
        const words = take(u64, (start + room) / 8);
        @memset(words, 0);
        const base = std.mem.sliceAsBytes(words);
        const header: *Header = @ptrCast(words.ptr);
        header.* = .{ .magic = 0x42525453, .version = 1, .rows = self.rows, .columns = records };
        const record: [*]Column = @ptrCast(@alignCast(base.ptr + @sizeOf(Header)));
        var place: Place = .{ .base = base, .at = start };
        var name = table;
        var child = self.columns.len;
        for (self.columns, 0..) |c, index| {
            @memcpy(base[name..][0..c.name.len], c.name);
            record[index] = .{
                .type = @intFromEnum(c.kind),
                .flags = @intFromBool(c.nulls),
                .scale = 0,
                .name = name,
                .name_len = c.name.len,
                .validity = if (c.nulls) place.put(c.validity.items) else 0,
                .offsets = if (c.kind.width() == 0) place.put(std.mem.sliceAsBytes(c.offsets.items)) else 0,
                .data = place.put(c.data.items),
                .data_len = c.data.items.len,
                .child = 0,
            };
            if (c.kind == .vector) {
                record[child] = record[index];
                record[child].type = @intFromEnum(Type.real);
                record[child].flags = 0;
                record[child].name = 0;
                record[child].name_len = 0;
                record[child].validity = 0;
                record[child].offsets = 0;
                record[index].data = 0;
                record[index].data_len = 0;
                record[index].child = child;
                child += 1;
            }
            name += c.name.len;
        }
        return @as(u64, @intFromPtr(base.ptr)) << 32 | place.at;
    }
};

const Place = struct {
    base: []u8,
    at: usize,

    fn put(self: *Place, value: []const u8) u32 {
        const placed = self.at;
        @memcpy(self.base[placed..][0..value.len], value);
        self.at = up(placed + value.len);
        return placed;
    }
};

fn up(len: usize) usize {
    return (len + 7) & ~@as(usize, 7);
}

fn narrow(comptime T: type, value: i64, name: []const u8) T {
    return std.math.cast(T, value) orelse fail("doesn't fit: an integer for column ", name);
}

/// Calls `function(Row, *Out) !void` for every row; its answer becomes the same row of the output.
pub fn rows(comptime function: anytype, comptime writes: []const Write) void {
    const contract = struct {
        fn run(ptr: usize, _: usize) callconv(.c) u64 {
            const input = Batch.at(ptr);
            var out = Out.init(writes);
            for (0..input.len) |index| {
                const row = input.row(index);
                @as(anyerror!void, function(row, &out)) catch |failed| {
                    if (failed != error.Rejected) fail("the script failed: ", @errorName(failed));
                };
                out.next();
            }
            return out.finish();
        }
    };
    @export(&contract.run, .{ .name = "strat_run" });
}

/// Calls `function(Batch, *Out) !void` once; it ends each row it makes with `out.next()`.
pub fn batch(comptime function: anytype, comptime writes: []const Write) void {
    const contract = struct {
        fn run(ptr: usize, _: usize) callconv(.c) u64 {
            var out = Out.init(writes);
            @as(anyerror!void, function(Batch.at(ptr), &out)) catch |failed| {
                fail("the script failed: ", @errorName(failed));
            };
            return out.finish();
        }
    };
    @export(&contract.run, .{ .name = "strat_run" });
}

export fn strat_abi() i32 {
    return 1;
}

export fn strat_alloc(len: usize) usize {
    return @intFromPtr(take(u64, len / 8 + 1).ptr);
}
