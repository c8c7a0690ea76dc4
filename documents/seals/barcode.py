"""A seal as a Data Matrix (ISO/IEC 16022, ECC 200), and any of the allowed bar codes back from a picture.

The error correction of a Data Matrix is fixed by its size: about a quarter to a third of its words may be damaged.
"""

import io
from base64 import b64encode
from typing import Any

import zxingcpp
from PIL import Image, UnidentifiedImageError

MODULE_MM = 0.3386
"""Side of one module: what ICAO 9303-13 §2.1 recommends for an ordinary printer."""
QUIET = 1  # modules of white on each side (ISO/IEC 16022 §7.2)
MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 3_000  # a picture of more pixels than this a side is read at this size
_IMAGES = ("PNG", "JPEG", "WEBP")
_SYMBOLOGIES = (zxingcpp.DataMatrix, zxingcpp.Aztec, zxingcpp.QRCode)  # ICAO 9303-13 §2.1

Modules = tuple[tuple[bool, ...], ...]


class PictureProblem(ValueError):
    """A file that is not looked at; ``code`` is ``too_large`` or ``not_a_picture``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def modules(data: bytes) -> Modules:
    """The Data Matrix of ``data``, row by row, True for dark; square, without a quiet zone."""
    barcode = zxingcpp.create_barcode(data, zxingcpp.DataMatrix, force_square=True)
    picture: Any = zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False)
    rows: Any = memoryview(picture).tolist()  # 0 is dark, 255 light
    return tuple(tuple(value < 128 for value in row) for row in rows)


def side_mm(matrix: Modules) -> float:
    """Printed side with its quiet zone, at the recommended module."""
    return (len(matrix) + 2 * QUIET) * MODULE_MM


def svg(matrix: Modules) -> str:
    """The matrix as one path on white, quiet zone included; a unit is a module. Equal data give equal text."""
    size = len(matrix) + 2 * QUIET
    path = []
    for y, row in enumerate(matrix, QUIET):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            begins = x
            while x < len(row) and row[x]:
                x += 1
            path.append(f"M{begins + QUIET} {y}h{x - begins}v1h-{x - begins}z")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path d="{"".join(path)}"/></svg>'
    )


def png(matrix: Modules, *, scale: int = 4) -> bytes:
    """The matrix as a picture of ``scale`` pixels a module, quiet zone included."""
    size = len(matrix) + 2 * QUIET
    picture = Image.new("1", (size, size), 1)
    picture.putdata([1] * (size * size))
    for y, row in enumerate(matrix, QUIET):
        for x, dark in enumerate(row, QUIET):
            if dark:
                picture.putpixel((x, y), 0)
    out = io.BytesIO()
    picture.resize((size * scale, size * scale), Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
    return out.getvalue()


def data_uri(matrix: Modules) -> str:
    """The picture for an ``img`` element."""
    return "data:image/svg+xml;base64," + b64encode(svg(matrix).encode()).decode()


def read_picture(content: bytes) -> bytes | None:
    """The bytes of the bar code in a picture (PNG, JPEG or WebP): of the first that begins like a seal, else of the
    first; None when there is none that can be read.

    Raises PictureProblem for other files, for more than ``MAX_BYTES`` and for more than ``MAX_PIXELS``.
    """
    if len(content) > MAX_BYTES:
        raise PictureProblem("too_large")
    try:
        with Image.open(io.BytesIO(content), formats=_IMAGES) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise PictureProblem("too_large")
            picture = opened.convert("L")
    except Image.DecompressionBombError:
        raise PictureProblem("too_large") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        if isinstance(error, PictureProblem):
            raise
        raise PictureProblem("not_a_picture") from None
    return read_image(picture)


def read_image(picture: Image.Image) -> bytes | None:
    """The same from a picture that is open, in grey."""
    if max(picture.size) > MAX_SIDE:
        picture.thumbnail((MAX_SIDE, MAX_SIDE))
    found = [
        bytes(each.bytes) for each in zxingcpp.read_barcodes(picture) if each.format in _SYMBOLOGIES and each.bytes
    ]
    return next((data for data in found if data[:1] == b"\xdc"), found[0] if found else None)
