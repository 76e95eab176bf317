#!/usr/bin/env python3
"""Compares group-picture with other programs at the same job: any photo to a square of 640 pixels, upright, quality 85, 4:2:0, no metadata.

    python3 benches/compare/compare.py ~/Pictures       # photos of your own: JPEG, a folder of any depth
    python3 benches/compare/compare.py                  # photos made from the fixtures

Installs the other programs from PyPI and npm below target/compare, and leaves out what cannot be installed. Each program runs in turn with
ours, on one core and in one thread, over the photos of one class at a time; what counts is the CPU time of its process, without the time that it
takes to start. Prints tables in Markdown: CPU time against ours by class, and how close the pictures are to an exact resampling.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KEPT = ROOT / "target/compare"
#: Its first two bytes, not its name, make a file a JPEG.
SOI = b"\xff\xd8"


@dataclass(frozen=True)
class Program:
    """Makes a picture of each photo, with the photo's name, in a folder."""

    name: str
    #: Takes the folder as its last argument and paths on stdin.
    command: tuple[str, ...]

    def run(self, photos: list[Path], out: Path, cpu: int | None) -> tuple[float, int]:
        """Returns the CPU seconds and the peak memory in bytes of one run."""
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        environment = os.environ | {"VIPS_CONCURRENCY": "1", "UV_THREADPOOL_SIZE": "1", "OMP_NUM_THREADS": "1"}
        pin = None if cpu is None else lambda: os.sched_setaffinity(0, {cpu})
        with tempfile.TemporaryFile("w+") as names, tempfile.TemporaryFile() as said:
            names.write("".join(f"{photo}\n" for photo in photos))
            names.seek(0)
            process = subprocess.Popen(
                self.arguments(photos, out), stdin=names, stdout=subprocess.DEVNULL, stderr=said, env=environment, preexec_fn=pin
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            # 1: some photos have no picture.
            if process.returncode not in (0, 1):
                said.seek(0)
                raise RuntimeError(f"{self.name} ended with {process.returncode}: {said.read().decode(errors='replace')[-500:]}")
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)

    def arguments(self, photos: list[Path], out: Path) -> list[str]:
        return [*self.command, str(out)]


class Ours(Program):
    """Our program, which takes paths as arguments."""

    def arguments(self, photos: list[Path], out: Path) -> list[str]:
        if not photos:
            return [*self.command, "--version"]
        return [*self.command, "prepare", *map(str, photos), "--threads", "1", "--min-size", "1", "--out", str(out)]


def main() -> None:
    options = arguments()
    python = environment()
    if options.folder is None:
        folder = KEPT / "photos"
        subprocess.run([python, HERE / "photos.py", folder], check=True)
    else:
        folder = options.folder
    classes = by_class(folder, options.photos)
    if not classes:
        sys.exit(f"{folder}: no JPEG photos")
    ours = Ours("group-picture", (str(program(options.program)),))
    others = installed(python)
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary)
        timed = {
            name: numbered(photos, options.photos, out / "photos" / str(place)) for place, (name, photos) in enumerate(classes.items())
        }
        cpu = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
        measured = [measure(other, ours, timed, out, options.runs, cpu) for other in others]
        report(ours, measured, classes, options.runs)
        photos = [link for name, group in timed.items() for link in group[: len(classes[name])]]
        for each in (ours, *others):
            each.run(photos, out / "pictures" / each.name, cpu)
        # Names are those of the links, so the pictures are in one order for all programs.
        subprocess.run([python, HERE / "quality.py", out / "pictures", *photos], check=True)


def numbered(photos: list[Path], count: int, folder: Path) -> list[Path]:
    """Links to so many photos, each several times if there are fewer, by names that no two of any class share."""
    folder.mkdir(parents=True)
    links = [folder / f"{folder.name}-{number:05}.jpg" for number in range(count)]
    for number, link in enumerate(links):
        link.symlink_to(photos[number % len(photos)])
    return links


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="photos of your own; some are made from the fixtures by default")
    parser.add_argument("--runs", type=int, default=7, help="paired runs of each program and class (7)")
    parser.add_argument("--photos", type=int, default=12, help="photos of each class: the first by name, and again from the first if there are fewer (12)")
    parser.add_argument("--program", type=Path, help="our program; by default cargo builds target/release/group-picture")
    return parser.parse_args()


def environment() -> Path:
    """Makes the virtual environment of this comparison, once."""
    folder = KEPT / "venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
    install([str(python), "-m", "pip", "install", "--quiet", "numpy", "pillow", "ssimulacra2"], must=True)
    return python


def install(command: list[str], must: bool = False) -> bool:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0 and must:
        sys.exit(f"{' '.join(command)}: {done.stderr[-800:]}")
    return done.returncode == 0


def installed(python: Path) -> list[Program]:
    """Installs the other programs, and returns those that can be had here."""
    pip = [str(python), "-m", "pip", "install", "--quiet"]
    found = []
    for name, packages, script in [
        ("libjpeg-turbo (simplejpeg, Pillow)", ["simplejpeg"], "turbo.py"),
        ("Pillow", [], "pillow.py"),
        ("libvips (pyvips)", ["pyvips[binary]"], "vips.py"),
    ]:
        if not packages or install([*pip, *packages]):
            found.append(Program(name, (str(python), str(HERE / "programs" / script))))
        else:
            print(f"left out: {name} cannot be installed", file=sys.stderr)
    node = KEPT / "node"
    node.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm")
    if npm and install([npm, "install", "--silent", "--prefix", str(node), "sharp"]):
        # A module is looked for beside the file that imports it.
        script = Path(shutil.copy(HERE / "programs/sharp.mjs", node))
        found.append(Program("sharp", ("node", str(script))))
    else:
        print("left out: sharp cannot be installed", file=sys.stderr)
    return found


def program(given: Path | None) -> Path:
    """Our program."""
    if given is not None:
        return given.resolve()
    subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    return ROOT / "target/release/group-picture"


def by_class(folder: Path, most: int) -> dict[str, list[Path]]:
    """The JPEG photos of a folder, by what they cost to decode."""
    classes: dict[str, list[Path]] = {}
    for path in sorted(folder.resolve().rglob("*")):
        if path.is_file() and path.open("rb").read(2) == SOI:
            group = classes.setdefault(class_of(path.read_bytes()), [])
            if len(group) < most:
                group.append(path)
    return dict(sorted(classes.items()))


def class_of(jpeg: bytes) -> str:
    """Names the class of a JPEG: progressive, gray, or its subsampling, and whether it has restart markers (T.81, B.2)."""
    kind, at, restarts = "other", 2, ""
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = int.from_bytes(jpeg[at + 2 : at + 4], "big")
        segment = jpeg[at + 4 : at + 2 + length]
        if marker == 0xDD and any(segment):
            restarts = ", restarts"
        if marker == 0xC2:
            kind = "progressive"
        elif marker in (0xC0, 0xC1):
            components = segment[5]
            sampling = segment[7] if components == 3 else 0
            kind = {0x11: "4:4:4", 0x21: "4:2:2", 0x22: "4:2:0"}.get(sampling, "gray" if components == 1 else "other")
        elif marker == 0xDA:
            break
        at += 2 + length
    return kind + restarts


@dataclass
class Measured:
    program: Program
    #: By class: the ratios of CPU time to ours, and the CPU milliseconds a photo of the program and of ours.
    ratios: dict[str, list[float]]
    millis: dict[str, tuple[float, float]]
    #: Bytes.
    peaks: tuple[int, int]


def measure(other: Program, ours: Program, classes: dict[str, list[Path]], out: Path, runs: int, cpu: int | None) -> Measured:
    """Runs a program and ours in turn over each class."""
    start = {each: statistics.median(each.run([], out / "none", cpu)[0] for _ in range(max(runs, 3))) for each in (other, ours)}
    ratios, millis, peaks = {}, {}, {other: 0, ours: 0}
    for name, photos in classes.items():
        seconds: dict[Program, list[float]] = {other: [], ours: []}
        for run in range(runs + 1):
            for each in (other, ours):
                cpu_seconds, peak = each.run(photos, out / "timed", cpu)
                peaks[each] = max(peaks[each], peak)
                # The first run reads the files into the system's cache.
                if run > 0:
                    seconds[each].append(max(cpu_seconds - start[each], 1e-4))
        ratios[name] = [theirs / own for theirs, own in zip(seconds[other], seconds[ours])]
        millis[name] = tuple(statistics.median(seconds[each]) / len(photos) * 1000 for each in (other, ours))
        print(f"{other.name}: {name} done", file=sys.stderr)
    return Measured(other, ratios, millis, (peaks[other], peaks[ours]))


def report(ours: Program, measured: list[Measured], classes: dict[str, list[Path]], runs: int) -> None:
    print(f"## Speed\n\nCPU time against {ours.name}: median (lowest–highest) of {runs} paired runs, one thread, without the start of the program.\n")
    print("| program | " + " | ".join(f"{name} ({len(photos)})" for name, photos in classes.items()) + " | peak MiB |")
    print("|---" * (len(classes) + 2) + "|")
    peak = max((each.peaks[1] for each in measured), default=0)
    own = {name: statistics.median(each.millis[name][1] for each in measured) if measured else 0 for name in classes}
    print(f"| **{ours.name}** | " + " | ".join(f"1 ({own[name]:.1f} ms)" for name in classes) + f" | {peak / 2**20:.0f} |")
    for each in measured:
        cells = [
            f"{statistics.median(each.ratios[name]):.2f} ({min(each.ratios[name]):.2f}–{max(each.ratios[name]):.2f})" for name in classes
        ]
        print(f"| {each.program.name} | " + " | ".join(cells) + f" | {each.peaks[0] / 2**20:.0f} |")


if __name__ == "__main__":
    main()
