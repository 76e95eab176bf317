#!/usr/bin/env bash
# Draws preview.jpg: the page of `group-picture preview` for the fixtures, as Chromium shows it (needs Pillow).
#
#     docs/images/preview.sh target/release/group-picture
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$program" preview fixtures/photos/groups.csv --gravity auto --quiet --out "$folder/preview.html"
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1400,895 --screenshot="$folder/preview.png" "file://$folder/preview.html"
python3 - "$folder/preview.png" docs/images/preview.jpg <<'PYTHON'
import sys

from PIL import Image

Image.open(sys.argv[1]).convert("RGB").save(sys.argv[2], quality=85, optimize=True)
PYTHON
