// The Go side of a data step: rows in, columns out. One file, no modules but the standard library, Go 1.24 or later.
//
// Put it beside the script, which registers what it writes and a function over a row:
//
//	func init() { Rows(row, Write{"slug", TEXT}) }
//	func row(row Row, out *Out) error { ... }
//
// Batches(run, writes...) takes a function that makes any number of rows instead, and ends each with out.Next().
// Packages that open files (os, and with it fmt and log) can't be used: strconv, strings, errors and sort can.
// The layout is described byte by byte in data-scripts/README.md.
package main

import (
	"encoding/binary"
	"math"
	"strconv"
	"unsafe"
)

// Type is the type of a column.
type Type uint16

const (
	BOOL Type = iota + 1
	SMALL_INT
	INTEGER
	BIG_INT
	REAL
	DOUBLE
	DECIMAL
	TEXT
	VARCHAR
	CHAR
	ENUM
	JSON
	BYTES
	UUID
	DATE
	TIME
	TIMESTAMP
	TIMESTAMP_TZ
	ARRAY
	VECTOR
)

func (t Type) isText() bool { return t >= DECIMAL && t <= JSON }

// width is the bytes a row takes, 0 for types with offsets.
func (t Type) width() int {
	switch t {
	case BOOL:
		return 1
	case SMALL_INT:
		return 2
	case INTEGER, REAL, DATE:
		return 4
	case BIG_INT, DOUBLE, TIME, TIMESTAMP, TIMESTAMP_TZ:
		return 8
	case UUID:
		return 16
	default:
		return 0
	}
}

// Write is a written column: its name and type.
type Write struct {
	Name string
	Type Type
}

//go:wasmimport strat log
func hostLog(ptr unsafe.Pointer, size uint32)

//go:wasmimport strat reject
func hostReject(row uint32, ptr unsafe.Pointer, size uint32)

//go:wasmimport strat param
func hostParam(name unsafe.Pointer, nameLen uint32, dst unsafe.Pointer, size uint32) int32

//go:wasmimport strat asset
func hostAsset(name unsafe.Pointer, nameLen uint32, off int64, dst unsafe.Pointer, size uint32) int32

//go:wasmimport strat lookup
func hostLookup(name unsafe.Pointer, nameLen uint32) uint64

//go:wasmimport wasi_snapshot_preview1 proc_exit
func exit(code uint32)

func start(text string) unsafe.Pointer { return unsafe.Pointer(unsafe.StringData(text)) }

// Log writes a line into the step's log.
func Log(text string) { hostLog(start(text), uint32(len(text))) }

// Reject refuses a row of the input.
func Reject(row uint32, why string) { hostReject(row, start(why), uint32(len(why))) }

// Param is a parameter of the step, as text.
func Param(name string) (string, bool) {
	size := hostParam(start(name), uint32(len(name)), nil, 0)
	if size < 0 {
		return "", false
	}
	text := make([]byte, size)
	hostParam(start(name), uint32(len(name)), unsafe.Pointer(unsafe.SliceData(text)), uint32(size))
	return string(text), true
}

// ParamInt is a parameter of the step, as an integer.
func ParamInt(name string) (int64, bool) {
	text, found := Param(name)
	value, err := strconv.ParseInt(text, 10, 64)
	return value, found && err == nil
}

// Asset is the bytes of an asset.
func Asset(name string) ([]byte, bool) {
	var all []byte
	part := make([]byte, 65536)
	for {
		got := hostAsset(start(name), uint32(len(name)), int64(len(all)), unsafe.Pointer(&part[0]), uint32(len(part)))
		if got < 0 {
			return nil, false
		}
		if got == 0 {
			return all, true
		}
		all = append(all, part[:got]...)
	}
}

// Lookup is a small table that the step hands over whole.
func Lookup(name string) (*Batch, bool) {
	found := hostLookup(start(name), uint32(len(name)))
	if found == 0 {
		return nil, false
	}
	return batchAt(kept[len(kept)-1], uint32(found)), true
}

type column struct {
	kind                    Type
	name                    string
	validity, offsets, data uint32
	child                   uint32
}

// Batch is rows, column by column; the host has checked every byte.
type Batch struct {
	bytes   []byte
	columns []column
	// Len is how many rows there are.
	Len uint32
}

var le = binary.LittleEndian

func batchAt(words []uint64, size uint32) *Batch {
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), size)
	batch := &Batch{bytes: bytes, Len: le.Uint32(bytes[8:])}
	for i := uint32(0); i < le.Uint32(bytes[12:]); i++ {
		record := bytes[16+i*40:]
		name := le.Uint32(record[8:])
		batch.columns = append(batch.columns, column{
			kind:     Type(le.Uint16(record)),
			name:     string(bytes[name : name+le.Uint32(record[12:])]),
			validity: le.Uint32(record[16:]),
			offsets:  le.Uint32(record[20:]),
			data:     le.Uint32(record[24:]),
			child:    le.Uint32(record[32:]),
		})
	}
	return batch
}

// Row is one row.
func (b *Batch) Row(index uint32) Row {
	if index >= b.Len {
		panic("a row beyond the end of the batch")
	}
	return Row{b, index}
}

func (b *Batch) column(name string) *column {
	for i := range b.columns {
		if b.columns[i].name == name {
			return &b.columns[i]
		}
	}
	panic("the step doesn't read a column called " + name)
}

// Row is one row. Its readers give false for NULL; reading a column that the step doesn't read, or as another type, ends the
// run with a message.
type Row struct {
	batch *Batch
	// Index is the row's number in its batch.
	Index uint32
}

// IsNull says whether the column is NULL here.
func (r Row) IsNull(name string) bool { return !r.has(r.batch.column(name)) }

// Text is text of any text type, Decimal, Enum and Json included.
func (r Row) Text(name string) (string, bool) {
	c := r.batch.column(name)
	if !c.kind.isText() {
		panic("not text: column " + name)
	}
	piece, found := r.piece(c)
	return string(piece), found
}

// Bytes is the bytes of a text or Bytes column, as they are.
func (r Row) Bytes(name string) ([]byte, bool) {
	c := r.batch.column(name)
	if !c.kind.isText() && c.kind != BYTES {
		panic("neither text nor bytes: column " + name)
	}
	return r.piece(c)
}

// Int is an integer of any width, a date in days, or a time in microseconds.
func (r Row) Int(name string) (int64, bool) {
	c := r.batch.column(name)
	if !r.has(c) {
		return 0, false
	}
	switch c.kind {
	case SMALL_INT:
		return int64(int16(le.Uint16(r.fixed(c)))), true
	case INTEGER, DATE:
		return int64(int32(le.Uint32(r.fixed(c)))), true
	case BIG_INT, TIME, TIMESTAMP, TIMESTAMP_TZ:
		return int64(le.Uint64(r.fixed(c))), true
	default:
		panic("not an integer, date or time: column " + name)
	}
}

// Float is a Real or Double.
func (r Row) Float(name string) (float64, bool) {
	c := r.batch.column(name)
	if !r.has(c) {
		return 0, false
	}
	switch c.kind {
	case REAL:
		return float64(math.Float32frombits(le.Uint32(r.fixed(c)))), true
	case DOUBLE:
		return math.Float64frombits(le.Uint64(r.fixed(c))), true
	default:
		panic("not a float: column " + name)
	}
}

// Bool is a Bool.
func (r Row) Bool(name string) (value, found bool) {
	c := r.typed(name, BOOL)
	return r.fixed(c)[0] == 1, r.has(c)
}

// UUID is a Uuid's 16 bytes.
func (r Row) UUID(name string) (value [16]byte, found bool) {
	c := r.typed(name, UUID)
	copy(value[:], r.fixed(c))
	return value, r.has(c)
}

// Vector is a Vector's floats.
func (r Row) Vector(name string) ([]float32, bool) {
	c := r.typed(name, VECTOR)
	if !r.has(c) {
		return nil, false
	}
	from, to := r.span(c)
	floats := make([]float32, 0, to-from)
	data := r.batch.bytes[r.batch.columns[c.child].data:]
	for i := from; i < to; i++ {
		floats = append(floats, math.Float32frombits(le.Uint32(data[i*4:])))
	}
	return floats, true
}

func (r Row) has(c *column) bool {
	return c.validity == 0 || r.batch.bytes[c.validity+r.Index/8]>>(r.Index%8)&1 == 1
}

func (r Row) typed(name string, wanted Type) *column {
	c := r.batch.column(name)
	if c.kind != wanted {
		panic("of another type: column " + name)
	}
	return c
}

func (r Row) fixed(c *column) []byte {
	width := uint32(c.kind.width())
	return r.batch.bytes[c.data+r.Index*width:][:width]
}

func (r Row) span(c *column) (from, to uint32) {
	offsets := r.batch.bytes[c.offsets+r.Index*4:]
	return le.Uint32(offsets), le.Uint32(offsets[4:])
}

func (r Row) piece(c *column) ([]byte, bool) {
	if !r.has(c) {
		return nil, false
	}
	from, to := r.span(c)
	return r.batch.bytes[c.data+from : c.data+to], true
}

type written struct {
	Write
	set, nulls              bool
	validity, offsets, data []byte
}

func (w *written) put(value ...byte) {
	if w.set {
		panic("written twice in one row: column " + w.Name)
	}
	w.data = append(w.data, value...)
	w.set = true
}

// Out is the written columns. What a row doesn't set is NULL.
type Out struct {
	rows    uint32
	columns []written
}

func newOut(writes []Write) *Out {
	out := &Out{}
	for _, write := range writes {
		if write.Type == ARRAY {
			panic("this file can't write arrays: " + write.Name)
		}
		column := written{Write: write}
		if write.Type.width() == 0 {
			column.offsets = make([]byte, 4)
		}
		out.columns = append(out.columns, column)
	}
	return out
}

// Text writes text into a column of any text type.
func (o *Out) Text(name, value string) {
	c := o.target(name)
	if !c.Type.isText() {
		panic("not text: column " + name)
	}
	c.put([]byte(value)...)
}

// Bytes writes bytes, which have to be UTF-8 in a text column.
func (o *Out) Bytes(name string, value []byte) {
	c := o.target(name)
	if !c.Type.isText() && c.Type != BYTES {
		panic("neither text nor bytes: column " + name)
	}
	c.put(value...)
}

// Int writes an integer, a date in days, or a time in microseconds.
func (o *Out) Int(name string, value int64) {
	c := o.target(name)
	fits, width := true, c.Type.width()
	switch c.Type {
	case SMALL_INT:
		fits = int64(int16(value)) == value
	case INTEGER, DATE:
		fits = int64(int32(value)) == value
	case BIG_INT, TIME, TIMESTAMP, TIMESTAMP_TZ:
	default:
		panic("not an integer, date or time: column " + name)
	}
	if !fits {
		panic(strconv.FormatInt(value, 10) + " doesn't fit column " + name)
	}
	var bytes [8]byte
	le.PutUint64(bytes[:], uint64(value))
	c.put(bytes[:width]...)
}

// Float writes a Real or Double.
func (o *Out) Float(name string, value float64) {
	c := o.target(name)
	switch c.Type {
	case REAL:
		c.put(le.AppendUint32(nil, math.Float32bits(float32(value)))...)
	case DOUBLE:
		c.put(le.AppendUint64(nil, math.Float64bits(value))...)
	default:
		panic("not a float: column " + name)
	}
}

// Bool writes a Bool.
func (o *Out) Bool(name string, value bool) {
	var byte byte
	if value {
		byte = 1
	}
	o.typed(name, BOOL).put(byte)
}

// UUID writes a Uuid.
func (o *Out) UUID(name string, value [16]byte) { o.typed(name, UUID).put(value[:]...) }

// Vector writes a Vector.
func (o *Out) Vector(name string, value []float32) {
	var bytes []byte
	for _, float := range value {
		bytes = le.AppendUint32(bytes, math.Float32bits(float))
	}
	o.typed(name, VECTOR).put(bytes...)
}

// Next ends the row; only for functions over a batch.
func (o *Out) Next() {
	for i := range o.columns {
		c := &o.columns[i]
		if o.rows%8 == 0 {
			c.validity = append(c.validity, 0)
		}
		if c.set {
			c.validity[o.rows/8] |= 1 << (o.rows % 8)
		} else {
			c.nulls = true
			c.data = append(c.data, make([]byte, c.Type.width())...)
		}
		if c.Type.width() == 0 {
			end := uint32(len(c.data))
			if c.Type == VECTOR {
				end /= 4
			}
			c.offsets = le.AppendUint32(c.offsets, end)
		}
		c.set = false
	}
	o.rows++
}

func (o *Out) target(name string) *written {
	for i := range o.columns {
		if o.columns[i].Name == name {
			return &o.columns[i]
		}
	}
	panic("not in the script's list of writes: column " + name)
}

func (o *Out) typed(name string, wanted Type) *written {
	c := o.target(name)
	if c.Type != wanted {
		panic("of another type: column " + name)
	}
	return c
}

func up(size int) int { return (size + 7) &^ 7 }

// finish lays everything out in one buffer.
func (o *Out) finish() uint64 {
	records, names, room := len(o.columns), 0, 0
	for _, c := range o.columns {
		if c.Type == VECTOR {
			records++
		}
		names += len(c.Name)
		room += up(len(c.validity)) + up(len(c.offsets)) + up(len(c.data))
	}
	table := 16 + records*40
	at := up(table + names)
	words := make([]uint64, (at+room)/8)
	kept = append(kept, words)
	base := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), at+room)
	place := func(bytes []byte) uint32 {
		placed := at
		copy(base[placed:], bytes)
		at = up(placed + len(bytes))
		return uint32(placed)
	}
	copy(base, "STRB")
	for i, word := range []uint32{1, o.rows, uint32(records)} {
		le.PutUint32(base[4+i*4:], word)
	}
	name, child := table, len(o.columns)
	for i, c := range o.columns {
		record := base[16+i*40:]
		le.PutUint16(record, uint16(c.Type))
		le.PutUint32(record[8:], uint32(name))
		le.PutUint32(record[12:], uint32(len(c.Name)))
		name += copy(base[name:], c.Name)
		if c.nulls {
			le.PutUint16(record[2:], 1)
			le.PutUint32(record[16:], place(c.validity))
		}
		if c.Type.width() == 0 {
			le.PutUint32(record[20:], place(c.offsets))
		}
		if c.Type == VECTOR {
			le.PutUint32(record[32:], uint32(child))
			record = base[16+child*40:]
			le.PutUint16(record, uint16(REAL))
			child++
		}
		le.PutUint32(record[28:], uint32(len(c.data)))
		le.PutUint32(record[24:], place(c.data))
	}
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(words))))<<32 | uint64(at)
}

// What the host reads or writes has to stay where it is until the instance ends.
var kept [][]uint64

var run func(input *Batch, out *Out) error
var runWrites []Write

// Rows calls row for every row; its answer becomes the same row of the output. An error refuses the row.
func Rows(row func(row Row, out *Out) error, writes ...Write) {
	Batches(func(input *Batch, out *Out) error {
		for index := uint32(0); index < input.Len; index++ {
			if err := row(input.Row(index), out); err != nil {
				Reject(index, err.Error())
			}
			out.Next()
		}
		return nil
	}, writes...)
}

// Batches calls function once; it ends each row it makes with out.Next().
func Batches(function func(input *Batch, out *Out) error, writes ...Write) {
	run, runWrites = function, writes
}

//go:wasmexport strat_abi
func stratABI() int32 { return 1 }

//go:wasmexport strat_alloc
func stratAlloc(size uint32) uint32 {
	words := make([]uint64, size/8+1)
	kept = append(kept, words)
	return uint32(uintptr(unsafe.Pointer(unsafe.SliceData(words))))
}

//go:wasmexport strat_run
func stratRun(_, size uint32) uint64 {
	// A panic ends the run; its message is the last line of the log, which the error shows.
	defer func() {
		if reason := recover(); reason != nil {
			Log("panic: " + said(reason))
			exit(2)
		}
	}()
	out := newOut(runWrites)
	if err := run(batchAt(kept[len(kept)-1], size), out); err != nil {
		panic(err)
	}
	return out.finish()
}

func said(reason any) string {
	switch reason := reason.(type) {
	case error:
		return reason.Error()
	case string:
		return reason
	default:
		return "a value that is neither an error nor text"
	}
}

func main() {}
