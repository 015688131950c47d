#!/bin/sh
# Builds a runner from runner.py and CPython, as componentize-py 0.25.1 brings it along.
#
# Needs xz, and: pip install componentize-py==0.25.1
# Two runs give two runners, which order sets differently: so the one that is pinned is kept, and this shows how it was made.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/runner.py" "$work/runner.py"
cd "$work"
# A name that says nothing of this machine: it becomes part of the runner.
componentize-py -d "$here/../../../wit" -w script-runner componentize runner -o runner.wasm
xz --format=lzma -9e -c runner.wasm >"${1:-$here/runner.wasm.lzma}"
