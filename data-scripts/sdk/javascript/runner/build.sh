#!/bin/sh
# Builds runner.wasm from runner.c and QuickJS (quickjs-ng 0.16.2, out of the crate rquickjs-sys 0.14.0).
#
# Needs cargo, and on Debian 12: apt-get install clang-14 lld-14 libclang-rt-14-dev-wasm32 wasi-libc
# With these versions the bytes are those of the repository: runner.sha256 says which.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
: >"$work/src/lib.rs"
cat >"$work/Cargo.toml" <<TOML
[package]
name = "quickjs-source"
version = "0.0.0"
edition = "2021"
[dependencies]
rquickjs-sys = { version = "=0.14.0", default-features = false }
TOML
# Into a folder of its own, whose files cargo checks against the registry's checksums.
(cd "$work" && cargo vendor --quiet vendor >/dev/null)
source=$work/vendor/rquickjs-sys/quickjs
cat "$source"/quickjs.c "$source"/quickjs.h "$source"/libregexp.c "$source"/libunicode.c "$source"/dtoa.c | sha256sum |
    cut -d' ' -f1 | grep -qx "$(cat "$here/quickjs.sha256")" || { echo 'other sources of QuickJS than expected' >&2; exit 1; }
cp "$here/runner.c" "$source/"
# Within the folder, so that no path of this machine gets into the module. No -O for the driver: it would run any wasm-opt.
cd "$source"
clang-14 --target=wasm32-wasi -mexec-model=reactor -Xclang -O2 -w -I. \
    -D_GNU_SOURCE -DEMSCRIPTEN -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS \
    -Wl,-z,stack-size=1048576 -Wl,--stack-first -Wl,--strip-all -Wl,--export=strat_script \
    runner.c quickjs.c libregexp.c libunicode.c dtoa.c \
    -lwasi-emulated-signal -lwasi-emulated-process-clocks -lm -o "${1:-$here/runner.wasm}"
