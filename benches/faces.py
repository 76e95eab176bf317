"""Judges faces and squares by boxes drawn by hand; needs nothing but Python.

    python benches/faces.py target/release/group-picture PHOTOS BOXES [OPTIONS]
    python benches/faces.py target/release/group-picture WIDER_val/images wider_face_val_bbx_gt.txt --gravity auto
    python benches/faces.py target/release/group-picture dlib/examples/faces dlib/examples/faces/testing.xml --gravity auto

BOXES is the list of WIDER FACE (http://shuoyang1213.me/WIDERFACE/, the validation set) or an XML file of dlib's imglab
(https://github.com/davisking/dlib, examples/faces). OPTIONS are those of `group-picture explain`.

A face is found if a box overlaps with it by 0.4 (intersection over union), or lies around its middle and has half to twice its
size. A photo is judged by its main faces, at least 0.4 of the largest one's width and a twentieth of the longer side, if there
are at most 20: of a group (three or more) or a portrait the square is right if as many main faces lie in its circle, with all
their corners, as in that of the best of some thousand squares of the photo.
"""
import json
import math
import re
import subprocess
import sys
from pathlib import Path

SIZES = [1 / 30, 1 / 20, 1 / 14, 1 / 7]


def boxes(path):
    """The boxes (x, y, width, height) of each photo."""
    text, found = path.read_text(encoding="latin-1"), {}
    if path.suffix == ".xml":
        for name, inner in re.findall(r"<image file='([^']+)'(.*?)</image>", text, re.S):
            box = r"top='(-?\d+)' left='(-?\d+)' width='(\d+)' height='(\d+)'"
            found[name] = [(int(x), int(y), int(w), int(h)) for y, x, w, h in re.findall(box, inner)]
        return found
    for line in text.splitlines():
        numbers = line.split()
        if line.endswith(".jpg"):
            found[line] = name = []
        elif len(numbers) >= 4 and int(numbers[2]) > 0 and int(numbers[3]) > 0:
            name.append(tuple(map(int, numbers[:4])))
    return found


def explained(program, folder, names, options):
    """What the program says of each photo."""
    for start in range(0, len(names), 100):
        paths = [str(folder / name) for name in names[start:start + 100]]
        command = [program, "explain", "--json", "--min-size", "1", *options, *paths]
        for line in subprocess.run(command, capture_output=True, text=True).stdout.splitlines():
            record = json.loads(line)
            if "explanation" in record:
                yield str(Path(record["photo"]).relative_to(folder)), record["explanation"]


def is_same(face, found):
    x, y, width, height = face
    left, top, wide, high = (found[key] for key in ("x", "y", "width", "height"))
    across = max(0, min(x + width, left + wide) - max(x, left))
    down = max(0, min(y + height, top + high) - max(y, top))
    overlap = across * down / (width * height + wide * high - across * down)
    is_alike = 0.5 < math.sqrt(wide * high / (width * height)) < 2
    is_around = x < left + wide / 2 < x + width and y < top + high / 2 < y + height
    return overlap >= 0.4 or (is_alike and is_around)


def kept(faces, x, y, side):
    """How many faces have all corners in the circle of a square."""
    radius = side / 2
    corners = lambda f: ((f[0] + i * f[2], f[1] + j * f[3]) for i in (0, 1) for j in (0, 1))
    return sum(all(math.hypot(a - x - radius, b - y - radius) <= radius for a, b in corners(f)) for f in faces)


def best(faces, width, height):
    most = 0
    for side in (part * min(width, height) for part in (1, 0.85, 0.7, 0.5)):
        columns = range(41) if width > side else range(1)
        rows = range(41) if height > side else range(1)
        places = ((width - side) * i / 40 for i in columns)
        most = max([most, *(kept(faces, x, (height - side) * j / 40, side) for x in places for j in rows)])
    return most


def main():
    program, folder, hand = sys.argv[1], Path(sys.argv[2]), boxes(Path(sys.argv[3]))
    names = sorted(name for name in hand if (folder / name).exists())
    found, there, boxes_found, true = [0] * 5, [0] * 5, 0, 0
    right, judged, below_middle, everyone = {3: 0, 1: 0}, {3: 0, 1: 0}, 0, 0
    for name, explanation in explained(program, folder, names, sys.argv[4:]):
        width, height = explanation["header"]["width"], explanation["header"]["height"]
        longer, shorter, rest = max(width, height), min(width, height), list(explanation["faces"])
        boxes_found += len(rest)
        for face in hand[name]:
            size = sum(math.sqrt(face[2] * face[3]) / longer > edge for edge in SIZES)
            there[size] += 1
            match = next((box for box in rest if is_same(face, box)), None)
            if match:
                rest.remove(match)
                found[size], true = found[size] + 1, true + 1
        large = [f for f in hand[name] if math.sqrt(f[2] * f[3]) > longer / 20]
        people = [f for f in large if f[2] >= 0.4 * max(g[2] for g in large)]
        if not 1 <= len(people) <= 20:
            continue
        square = explanation["square"]
        here = kept(people, square["x"], square["y"], square["width"])
        middle = kept(people, (width - shorter) / 2, (height - shorter) / 2, shorter)
        kind = 3 if len(people) >= 3 else 1
        judged[kind] += 1
        right[kind] += here >= best(people, width, height)
        below_middle += here < middle
        everyone += here == len(people)
    share = lambda part, all_: f"{part} of {all_} ({100 * part / max(1, all_):.0f} %)"
    for size, (label, count) in enumerate(zip(("< 1/30", "< 1/20", "< 1/14", "< 1/7", "> 1/7"), there)):
        print(f"faces {label:7} found  {share(found[size], count)}")
    print(f"boxes that are faces  {share(true, boxes_found)}")
    photos = sum(judged.values())
    print(f"groups right          {share(right[3], judged[3])}")
    print(f"portraits right       {share(right[1], judged[1])}")
    print(f"fewer than the middle {share(below_middle, photos)}")
    print(f"everyone              {share(everyone, photos)}")


main()
