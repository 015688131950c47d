"""Runs a script of Python over batches: CPython as one component, with the contract of data-scripts/README.md.

The script's text comes from the host and is run before the batch, in each instance anew. A script has `writes` and either `row`
or `batch`; the SDK's README says how. What is imported here is what a script can import: nothing can be loaded later.
"""

import _strptime
import array
import base64
import binascii
import bisect
import builtins
import calendar
import collections
import collections.abc
import copy
import csv
import dataclasses
import datetime
import decimal
import encodings.ascii
import encodings.cp1252
import encodings.latin_1
import encodings.utf_16
import encodings.utf_8_sig
import enum
import fractions
import functools
import gc
import hashlib
import heapq
import hmac
import html
import html.entities
import io
import ipaddress
import itertools
import json
import math
import operator
import os
import random
import re
import string
import struct
import sys
import textwrap
import time
import types
import typing
import unicodedata
import urllib.parse
import uuid
import zlib

import wit_world
from wit_world.imports import host, runner
from componentize_py_types import Err

NAME = "script.py"
ABI = (1).to_bytes(4, "little")

BOOL, SMALL_INT, INTEGER, BIG_INT, REAL, DOUBLE, DECIMAL, TEXT, VARCHAR, CHAR, ENUM, JSON, BYTES, UUID, DATE = range(1, 16)
TIME, TIMESTAMP, TIMESTAMP_TZ, ARRAY, VECTOR = range(16, 21)
TYPES = {
    name: number
    for number, name in enumerate(
        "bool small_int integer big_int real double decimal text varchar char enum json bytes uuid date time timestamp "
        "timestamp_tz array vector".split(),
        1,
    )
}
# The types whose values stand side by side, with what `array` and `memoryview` call them.
CODES = {
    BOOL: "?", SMALL_INT: "h", INTEGER: "i", BIG_INT: "q", REAL: "f", DOUBLE: "d", DATE: "i", TIME: "q", TIMESTAMP: "q",
    TIMESTAMP_TZ: "q",
}
WANTS = {
    BOOL: ({bool}, "True or False"), REAL: ({float, int}, "a float"), DOUBLE: ({float, int}, "a float"),
    DECIMAL: ({str, decimal.Decimal}, "a str or a Decimal"), BYTES: ({bytes, bytearray}, "bytes"),
    UUID: ({bytes, uuid.UUID}, "16 bytes or a UUID"), VECTOR: ({list, tuple, array.array}, "a list of floats"),
}
WHOLE = ({int}, "an int")
WORDS = ({str}, "a str")
RECORD = struct.Struct("<HHiIIIIIIII")
# The flags of a function with *names or **names.
STARRED = 0x04 | 0x08


class Reject(Exception):
    """Refuses a row."""


class Wrong(Exception):
    """What a script does wrong in the eyes of this runner, not of Python."""


# ---- what a script may call ----


def asset(name):
    """All of an asset, as bytes, or None."""
    parts, at = [], 0
    while part := host.asset(name, at, 1 << 20):
        parts.append(part)
        at += len(part)
    return None if part is None else b"".join(parts)


def asset_text(name):
    """All of an asset, as text, or None."""
    found = asset(name)
    return None if found is None else found.decode()


def lookup(name):
    """A small table as a list of dicts, or None."""
    found = host.lookup(name)
    return None if found is None else dicts(*decoded(found))


def reject(row, message):
    """Refuses one row of a batch, where an exception would end the run."""
    if not isinstance(row, int):
        raise TypeError("strat.reject wants the number of a row, from 0, and a message")
    host.reject(row, str(message))


strat = types.ModuleType("strat", "What a script may call.")
strat.Reject, strat.log, strat.param = Reject, lambda text: host.log(str(text)), lambda name: host.param(name)
strat.asset, strat.asset_text, strat.lookup, strat.reject = asset, asset_text, lookup, reject
Reject.__module__ = "strat"
sys.modules["strat"] = strat


class Out:
    """What is printed goes to the step's log, line by line."""

    encoding = "utf-8"

    def __init__(self):
        self.rest = ""

    def write(self, text):
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            host.log(line)
        return len(text)

    def flush(self):
        pass

    def end(self):
        if self.rest:
            host.log(self.rest)
            self.rest = ""


def no_files(*_, **__):
    raise PermissionError("a script has no files: declare it as an asset of the step, and take strat.asset(name)")


class Absent:
    """Says why a module can't be imported."""

    network = {"socket", "ssl", "http", "http.client", "urllib.request", "asyncio", "ftplib", "smtplib", "requests", "select"}

    def find_spec(self, name, path=None, target=None):
        why = "a script has no network" if name in self.network else "a script has what the runner was built with"
        raise ModuleNotFoundError(f"no module {name}: {why}", name=name)


# ---- reading ----


def column(buffer, table, at, rows):
    """The values of a column, NULL as None."""
    kind, _, _, _, _, validity, offsets, data, size, child, _ = table[at]
    view = memoryview(buffer)
    code = CODES.get(kind)
    if code:
        values = view[data : data + rows * struct.calcsize(code)].cast(code).tolist()
    elif kind == UUID:
        values = [buffer[i : i + 16] for i in range(data, data + 16 * rows, 16)]
    else:
        ends = view[offsets : offsets + 4 * rows + 4].cast("I").tolist()
        pairs = itertools.pairwise(ends)
        if kind in (ARRAY, VECTOR):
            inner = column(buffer, table, child, ends[-1])
            values = [inner[a:b] for a, b in pairs]
        else:
            raw = buffer[data : data + size]
            if kind == BYTES:
                values = [raw[a:b] for a, b in pairs]
            elif raw.isascii():
                text = raw.decode()
                values = [text[a:b] for a, b in pairs]
            else:
                values = [str(raw[a:b], "utf-8") for a, b in pairs]
    if validity:
        bits = buffer[validity : validity + (rows + 7) // 8]
        values = [value if bits[i >> 3] >> (i & 7) & 1 else None for i, value in enumerate(values)]
    return values


def decoded(buffer):
    """A batch's names, its columns and how many rows it has."""
    rows, records = struct.unpack_from("<II", buffer, 8)
    table = [RECORD.unpack_from(buffer, 16 + 40 * i) for i in range(records)]
    named = [(i, str(buffer[record[3] : record[3] + record[4]], "utf-8")) for i, record in enumerate(table) if record[4]]
    return [name for _, name in named], [column(buffer, table, i, rows) for i, _ in named], rows


def dicts(names, columns, rows):
    return [dict(zip(names, values)) for values in zip(*columns)] if columns else [{} for _ in range(rows)]


# ---- writing ----


def up(size):
    return size + 7 & ~7


def checked(name, kind, values):
    """Holds values against a column's type."""
    allowed, wanted = WANTS.get(kind) or (WHOLE if kind in CODES else WORDS)
    if set(map(type, values)) - allowed - {type(None)}:
        value = next(value for value in values if value is not None and type(value) not in allowed)
        called = next(word for word, number in TYPES.items() if number == kind)
        raise Wrong(f"column {name} is {called}, which wants {wanted}, not {type(value).__name__}")


def regions(name, kind, values):
    """The validity, the offsets and the data of a column."""
    checked(name, kind, values)
    bits = None
    if None in values:
        bits = bytearray((len(values) + 7) // 8)
        for i, value in enumerate(values):
            if value is not None:
                bits[i >> 3] |= 1 << (i & 7)
    if kind == BOOL:
        return bits, None, bytes(map(bool, values))
    code = CODES.get(kind)
    if code:
        return bits, None, array.array(code, [0 if v is None else v for v in values] if bits else values).tobytes()
    if kind == UUID:
        parts = [bytes(16) if v is None else v.bytes if type(v) is uuid.UUID else v for v in values]
        if any(len(part) != 16 for part in parts):
            raise Wrong(f"column {name} is uuid, which wants 16 bytes or a UUID")
        return bits, None, b"".join(parts)
    if kind == VECTOR:
        parts = [array.array("f", () if v is None else v).tobytes() for v in values]
        ends = [size // 4 for size in itertools.accumulate(map(len, parts), initial=0)]
    else:
        if kind == BYTES:
            parts = [b"" if v is None else v for v in values]
        elif kind == DECIMAL:
            parts = [b"" if v is None else (v if type(v) is str else format(v, "f")).encode() for v in values]
        else:
            parts = [v.encode() if v else b"" for v in values]
        ends = list(itertools.accumulate(map(len, parts), initial=0))
    return bits, array.array("I", ends).tobytes(), b"".join(parts)


def encoded(writes, answers):
    """The batch of what a script gave: what isn't in a row's answer is NULL."""
    known = writes.keys()
    for answer in answers:
        if answer is not None and not (isinstance(answer, dict) and answer.keys() <= known):
            if not isinstance(answer, dict):
                raise Wrong(f"the script gave {type(answer).__name__} for a row, expected a dict or None")
            raise Wrong(f"not in the script's writes: column {next(iter(answer.keys() - known))}")
    rows, names = len(answers), [name.encode() for name in writes]
    records = len(names) + sum(kind == VECTOR for kind in writes.values())
    name_at, child = 16 + 40 * records, len(names)
    at = up(name_at + sum(map(len, names)))
    table, children, parts = [], [], [b"".join(names)]
    parts.append(bytes(at - name_at - len(parts[0])))

    def place(region):
        nonlocal at
        placed, size = at, len(region)
        at += up(size)
        parts.extend((region, bytes(up(size) - size)))
        return placed

    for name, (word, kind) in zip(names, writes.items()):
        values = [None if answer is None else answer.get(word) for answer in answers]
        try:
            bits, ends, data = regions(word, kind, values)
        except (OverflowError, UnicodeError, TypeError) as error:
            raise Wrong(f"column {word}: {error}") from None
        where = [place(bits) if bits else 0, place(ends) if ends else 0, place(data)]
        size, inner = len(data), 0
        if kind == VECTOR:
            children.append(RECORD.pack(REAL, 0, 0, 0, 0, 0, 0, where[2], size, 0, 0))
            where[2] = size = 0
            inner, child = child, child + 1
        table.append(RECORD.pack(kind, 1 if bits else 0, 0, name_at, len(name), *where, size, inner, 0))
        name_at += len(name)
    return b"".join([b"STRB", struct.pack("<III", 1, rows, records), *table, *children, *parts])


# ---- the contract ----


class Script:
    """A script's text, run once in this instance."""

    def __init__(self):
        space = {"__name__": "script", "__builtins__": builtins}
        exec(compile(runner.script(), NAME, "exec", dont_inherit=True), space)
        writes = space.get("writes")
        if not isinstance(writes, dict):
            raise Wrong('the script has no `writes`, such as: writes = {"slug": "text"}')
        for word in writes.values():
            if word == "array" or not (isinstance(word, str) and word in TYPES):
                raise Wrong(f"no type that can be written: {word}")
        self.writes = {str(name): TYPES[word] for name, word in writes.items()}
        self.row, self.batch = space.get("row"), space.get("batch")
        if callable(self.row) == callable(self.batch):
            raise Wrong("the script has to have one function called `row` or `batch`")

    def answers(self, names, columns, rows):
        if self.batch is not None:
            answers = self.batch(dicts(names, columns, rows))
            if not isinstance(answers, (list, tuple)):
                raise Wrong("`batch` has to give a list of dicts")
            return answers
        answers = []
        call, rows_of_values = self.calls(names, columns, rows)
        for values in rows_of_values:
            try:
                answer = call(*values)
            except Reject as refusal:
                host.reject(len(answers), str(refusal))
                answer = None
            answers.append(answer)
        return answers

    def calls(self, names, columns, rows):
        """What is called for each row, and with what: a plain function with the columns that it names, another with all."""
        row, code = self.row, getattr(self.row, "__code__", None)
        if code is None or code.co_flags & STARRED or code.co_kwonlyargcount:
            return lambda values: row(**values), zip(dicts(names, columns, rows))
        wanted = code.co_varnames[: code.co_argcount]
        for name in wanted:
            if name not in names:
                raise Wrong(f"`row` names a column {name}, which isn't among those that are read: {', '.join(names)}")
        return row, zip(*(columns[names.index(name)] for name in wanted)) if wanted else itertools.repeat((), rows)


def told(error):
    """What went wrong, and where in the script; the way there goes to the log."""
    if isinstance(error, Wrong):
        return str(error)
    text = f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}".rstrip(": ")
    if isinstance(error, SyntaxError) and error.filename == NAME:
        return f"{text} ({NAME}:{error.lineno}:{error.offset})"
    way, trace = [], error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        if code.co_filename == NAME:
            inside = "" if code.co_name == "<module>" else f" in {code.co_name}"
            way.append(f"{NAME}:{trace.tb_lineno}{inside}")
        trace = trace.tb_next
    # A recursion without end has the same way again and again.
    for place in way[-20:-1]:
        host.log(f"at {place}")
    return f"{text} ({way[-1]})" if way else text


class WitWorld(wit_world.WitWorld):
    def describe(self):
        try:
            Script()
            sys.stdout.end()
            return ABI
        except BaseException as error:
            host.log(told(error))
            # There is no way to say why it failed but the log.
            os._exit(1)

    def run(self, batch):
        try:
            script = Script()
            answer = encoded(script.writes, script.answers(*decoded(batch)))
            sys.stdout.end()
            return answer
        except BaseException as error:
            raise Err(told(error)) from None


def scrub():
    """Writes over what was freed, so that it isn't kept: some of the packed runner would be leavings of its making."""
    kept = []
    for size in range(48, 513, 16):
        kept.append([bytes(size - 33) for _ in range(60_000 // size)])
    for size in (600, 1000, 2000, 4000, 8000, 16000, 32000, 64000):
        kept.append([bytearray(size) for _ in range(200_000 // size)])


# What a snapshot of this state starts with: nothing of the machine that made it, and nothing to tidy up.
os.environ.clear()
sys.argv[:] = ["script.py"]
sys.stdout = sys.stderr = Out()
builtins.open = io.open = os.open = no_files
sys.meta_path.append(Absent())
gc.collect()
scrub()
gc.collect()
gc.freeze()
