#!/usr/bin/env python3
"""Compares group-picture with other programs at the same job: any photo to a square of 640 pixels, upright, quality 85, 4:2:0, no metadata.

    python3 benches/compare/compare.py ~/Pictures       # photos of your own: JPEG, a folder of any depth
    python3 benches/compare/compare.py                  # photos made from the fixtures

Installs the other programs from PyPI and npm below target/compare, and leaves out what cannot be installed. Each program runs in turn with
ours, on one core and in one thread, over the photos of one class at a time; what counts is the CPU time of its process, without the time that it
takes to start. Prints tables in Markdown: CPU time against ours by class, and how close the pictures are to an exact resampling. Photos that
any program fails to prepare are left out, and named: a program that gives up early is not fast.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KEPT = ROOT / "target/compare"
#: Its first two bytes, not its name, make a file a JPEG.
SOI = b"\xff\xd8"
#: Photos by what they cost to decode.
Classes = dict[str, list[Path]]


@dataclass(frozen=True)
class Run:
    #: Of the CPU, in user and system.
    seconds: float
    #: Bytes.
    peak: int


@dataclass(frozen=True)
class Program:
    """Makes a picture of each photo, with the photo's name, in a folder."""

    name: str
    #: Takes the folder as its last argument and paths on stdin.
    command: tuple[str, ...]

    def run(self, photos: list[Path], out: Path, cpu: int | None) -> Run:
        """Makes a picture of each photo. Raises RuntimeError or OSError if the program cannot be run."""
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
        return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))

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
    if not hasattr(os, "wait4"):
        sys.exit("this system does not tell the CPU time of a process: run it on Linux or macOS")
    if options.folder is not None and not options.folder.is_dir():
        sys.exit(f"{options.folder}: no such folder")
    python = environment()
    if options.folder is None:
        if python is None:
            sys.exit("without Pillow no photos can be made from the fixtures: name a folder of photos")
        folder = KEPT / "photos"
        subprocess.run([python, HERE / "photos.py", folder], check=True)
    else:
        folder = options.folder
    classes = by_class(folder, options.photos)
    if not classes:
        sys.exit(f"{folder}: no JPEG photos, and only those are compared")
    ours = Ours("group-picture", (str(program(options.program)),))
    others = installed(python)
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary)
        cpu = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
        others, classes = readable(ours, others, classes, out, cpu)
        timed = {
            name: numbered(photos, options.photos, out / "timed" / str(place)) for place, (name, photos) in enumerate(classes.items())
        }
        measured = [measure(other, ours, timed, out, options.runs, cpu) for other in others]
        report(ours, measured, classes, options.runs)
        if python is not None:
            photos = [photo for group in classes.values() for photo in group]
            subprocess.run([python, HERE / "quality.py", out / "pictures", *photos], check=True)


def readable(ours: Program, others: list[Program], classes: Classes, out: Path, cpu: int | None) -> tuple[list[Program], Classes]:
    """Returns the programs that read photos at all, and links to the photos that all of them read; their pictures stay for the scores."""
    links = {name: numbered(photos, len(photos), out / "photos" / str(place)) for place, (name, photos) in enumerate(classes.items())}
    photos = [link for group in links.values() for link in group]
    made: dict[Program, set[str]] = {}
    for each in (ours, *others):
        pictures = out / "pictures" / each.name
        each.run(photos, pictures, cpu)
        made[each] = {picture.stem for picture in pictures.iterdir()}
        if not made[each]:
            print(f"left out: {each.name} has no picture of any photo", file=sys.stderr)
            shutil.rmtree(pictures)
            del made[each]
    if ours not in made:
        sys.exit("group-picture has no picture of any photo")
    for photo in photos:
        if lacking := [each.name for each in made if photo.stem not in made[each]]:
            print(f"left out: {photo.resolve().name}: no picture by {', '.join(lacking)}", file=sys.stderr)
    common = set.intersection(*made.values())
    kept = {name: [link for link in group if link.stem in common] for name, group in links.items()}
    return [each for each in made if each != ours], {name: group for name, group in kept.items() if group}


def numbered(photos: list[Path], count: int, folder: Path) -> list[Path]:
    """Links to so many photos, each several times if there are fewer, by names that no two of any class share."""
    folder.mkdir(parents=True)
    links = [folder / f"{folder.name}-{number:05}.jpg" for number in range(count)]
    for number, link in enumerate(links):
        link.symlink_to(photos[number % len(photos)].resolve())
    return links


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="photos of your own; some are made from the fixtures by default")
    parser.add_argument("--runs", type=int, default=7, help="paired runs of each program and class (7)")
    parser.add_argument("--photos", type=int, default=12, help="photos of each class: the first by name, and again from the first if there are fewer (12)")
    parser.add_argument("--program", type=Path, help="our program; by default cargo builds target/release/group-picture")
    return parser.parse_args()


def environment() -> Path | None:
    """Makes the virtual environment of this comparison, once; None if that fails."""
    folder = KEPT / "venv"
    python = folder / "bin/python"
    try:
        if not python.exists():
            venv.create(folder, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        # Debian has the module without what it needs.
        print(f"left out: programs of Python and the scores, for there is no virtual environment (python3-venv?): {error}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        return None
    if install([str(python), "-m", "pip", "install", "--quiet", "numpy", "pillow", "ssimulacra2"]):
        return python
    print("left out: programs of Python and the scores", file=sys.stderr)
    return None


def install(command: list[str]) -> bool:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{' '.join(command)}: {done.stderr.strip()[-400:]}", file=sys.stderr)
    return done.returncode == 0


def installed(python: Path | None) -> list[Program]:
    """Installs the other programs, and returns those that can be had and run here."""
    return [each for each in [*of_python(python), *of_node()] if starts(each)]


def starts(program: Program) -> bool:
    with tempfile.TemporaryDirectory() as out:
        try:
            program.run([], Path(out) / "none", None)
        except (OSError, RuntimeError) as error:
            print(f"left out: {error}", file=sys.stderr)
            return False
    return True


def of_python(python: Path | None) -> list[Program]:
    if python is None:
        return []
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
    return found


def of_node() -> list[Program]:
    node = KEPT / "node"
    node.mkdir(parents=True, exist_ok=True)
    npm = shutil.which("npm")
    if npm and install([npm, "install", "--silent", "--prefix", str(node), "sharp"]):
        # A module is looked for beside the file that imports it.
        script = Path(shutil.copy(HERE / "programs/sharp.mjs", node))
        return [Program("sharp", ("node", str(script)))]
    print("left out: sharp cannot be installed (it needs node and npm)", file=sys.stderr)
    return []


def program(given: Path | None) -> Path:
    """Our program."""
    if given is not None:
        return given.resolve()
    subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    return ROOT / "target/release/group-picture"


def by_class(folder: Path, most: int) -> Classes:
    """The JPEG photos of a folder, by what they cost to decode."""
    classes: Classes = {}
    for path in sorted(folder.resolve().rglob("*")):
        if not path.is_file() or not os.access(path, os.R_OK):
            continue
        data = path.read_bytes()
        if data.startswith(SOI):
            group = classes.setdefault(class_of(data), [])
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
    #: By class, the CPU seconds a photo of each run: of the program and of ours.
    theirs: dict[str, list[float]]
    own: dict[str, list[float]]
    #: Bytes.
    peaks: tuple[int, int]


def measure(other: Program, ours: Program, classes: Classes, out: Path, runs: int, cpu: int | None) -> Measured:
    """Runs a program and ours in turn over each class."""
    start = {each: statistics.median(each.run([], out / "none", cpu).seconds for _ in range(max(runs, 3))) for each in (other, ours)}
    measured = Measured(other, {}, {}, (0, 0))
    for name, photos in classes.items():
        seconds: dict[Program, list[float]] = {other: [], ours: []}
        for _ in range(runs):
            done = {each: each.run(photos, out / "made", cpu) for each in (other, ours)}
            measured.peaks = (max(measured.peaks[0], done[other].peak), max(measured.peaks[1], done[ours].peak))
            for each in (other, ours):
                seconds[each].append(max(done[each].seconds - start[each], 1e-4) / len(photos))
        measured.theirs[name], measured.own[name] = seconds[other], seconds[ours]
        print(f"{other.name}: {name} done", file=sys.stderr)
    return measured


def report(ours: Program, measured: list[Measured], classes: Classes, runs: int) -> None:
    load = f", load {os.getloadavg()[0]:.0f} of {os.cpu_count()} processors" if hasattr(os, "getloadavg") else ""
    print(f"## Speed\n\nCPU time against {ours.name}: median (lowest–highest) of {runs} paired runs, one thread, without the start of the program")
    print(f"({date.today()}, {platform.machine()}{load}).\n")
    count = sum(len(photos) for photos in classes.values())
    print(f"| program | all ({count}) | " + " | ".join(f"{name} ({len(photos)})" for name, photos in classes.items()) + " | peak MiB |")
    print("|---" * (len(classes) + 3) + "|")
    peak = max((each.peaks[1] for each in measured), default=0)
    millis = [statistics.median(run for each in measured for run in each.own[name]) * 1000 if measured else 0 for name in classes]
    mean = sum(each * len(photos) for each, photos in zip(millis, classes.values())) / count
    print(f"| **{ours.name}** | " + " | ".join(f"1 ({each:.1f} ms)" for each in (mean, *millis)) + f" | {peak / 2**20:.0f} |")
    for each in measured:
        cells = [spread([one / own for one, own in zip(theirs, each.own[name])]) for name, theirs in each.theirs.items()]
        print(f"| {each.program.name} | {overall(each, classes)} | " + " | ".join(cells) + f" | {each.peaks[0] / 2**20:.0f} |")


def overall(measured: Measured, classes: Classes) -> str:
    """The ratio over all photos, each counted once."""

    def sums(by_class: dict[str, list[float]]) -> list[float]:
        weighted = [[seconds * len(photos) for seconds in by_class[name]] for name, photos in classes.items()]
        return [sum(run) for run in zip(*weighted)]

    return spread([one / own for one, own in zip(sums(measured.theirs), sums(measured.own))])


def spread(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


if __name__ == "__main__":
    main()
