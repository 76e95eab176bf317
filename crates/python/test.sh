#!/usr/bin/env bash
# Builds the wheel, installs it into a fresh virtual environment, and runs its tests and type checks there; then into another one that has
# nothing else. With a folder as its argument the first environment is made there and stays; the wheel is in its folder `dist`.
set -euo pipefail
cd "$(dirname "$0")"

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
venv=${1:-$temporary/venv}
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet 'maturin>=1.9,<2' pytest mypy pyarrow 'daft>=0.7,<0.8' 'ray[data]>=2.40,<3' polars duckdb datasets pandas
build=(--release --locked --out "$venv/dist")
if [ "$(uname -s)" = Linux ]; then
  # Zig links for a glibc that is older than this machine's: the wheel is for any Linux since 2014.
  "$venv/bin/pip" install --quiet ziglang
  build+=(--zig --compatibility manylinux2014)
fi
rm -rf "$venv/dist"
PATH=$venv/bin:$PATH "$venv/bin/maturin" build "${build[@]}"
"$venv/bin/pip" install --quiet --force-reinstall --no-deps "$venv"/dist/*.whl
# The weights inside ask for their license beside them.
files=$("$venv/bin/python" -m zipfile --list "$venv"/dist/*.whl)
grep --quiet LICENSE-libfacedetection <<<"$files"

# The source distribution holds every crate that it needs; compiling it would be the wheel once more.
"$venv/bin/maturin" sdist --out "$temporary"
tar -xzf "$temporary"/group_picture-*.tar.gz -C "$temporary"
cargo metadata --quiet --locked --format-version 1 --manifest-path "$temporary"/group_picture-*/python/Cargo.toml >"$temporary/metadata"

"$venv/bin/python" -m pytest --quiet -rs
"$venv/bin/mypy" python tests examples

python3 -m venv "$temporary/fresh"
"$temporary/fresh/bin/pip" install --quiet --no-index "$venv"/dist/*.whl
"$temporary/fresh/bin/python" - ../../fixtures/photos/coffee.png <<'PYTHON'
import pathlib
import sys

import group_picture

picture = group_picture.prepare(pathlib.Path(sys.argv[1]), side=200)
assert picture.startswith(b"\xff\xd8"), picture[:2]
print(f"a fresh environment with the wheel alone: {len(picture)} bytes")
PYTHON
