"""What the programs of Python share: paths on stdin, the folder for pictures as an argument. A photo that fails does not end the others."""

import sys
from collections.abc import Callable
from pathlib import Path


def each_photo(prepare: Callable[[Path, Path], None]) -> None:
    """Calls `prepare` with each photo and the path of its picture; exits with 1 if some have none."""
    out = Path(sys.argv[1])
    failed = False
    for path in map(Path, sys.stdin.read().splitlines()):
        try:
            prepare(path, out / f"{path.stem}.jpg")
        except Exception as error:
            print(f"{path.resolve().name}: {error}", file=sys.stderr)
            failed = True
    sys.exit(failed)
