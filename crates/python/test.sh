#!/usr/bin/env bash
# Builds the wheel, installs it into a fresh virtual environment, and runs its tests and type checks there.
# With a folder as its argument the environment is made there and stays.
set -euo pipefail
cd "$(dirname "$0")"

if [ $# -gt 0 ]; then
  venv=$1
else
  venv=$(mktemp -d)
  trap 'rm -rf "$venv"' EXIT
fi
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet 'maturin>=1.9,<2' pytest mypy pyarrow 'daft>=0.7,<0.8' 'ray[data]>=2.40,<3'
rm -rf "$venv/dist"
"$venv/bin/maturin" build --release --locked --out "$venv/dist"
"$venv/bin/pip" install --quiet --force-reinstall --no-deps "$venv"/dist/*.whl

"$venv/bin/python" -m pytest --quiet -rs
"$venv/bin/mypy" python tests examples
