"""C40: three characters of a small alphabet in two bytes (ICAO 9303-13 §2.6, ISO/IEC 16022).

The alphabet is A-Z, 0-9 and the space; the filler `<` is written as a space and comes back as one.
"""

from typing import Final

from icao.vds.errors import SealFormatError

ALPHABET: Final = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET, 3)} | {"<": 3}
_PAD = 0  # the value "Shift 1" completes a triple of two characters
_UNLATCH = 0xFE  # one character left over: this byte, then the character's ASCII value plus one


def c40_encode(text: str) -> bytes:
    """The bytes of `text`; their number is even. Raises `SealFormatError` for any other character."""
    try:
        values = [_VALUES[character] for character in text]
    except KeyError:
        raise SealFormatError("c40_character") from None
    out = bytearray()
    whole = len(values) - len(values) % 3
    if len(values) - whole == 2:
        values.append(_PAD)
        whole += 3
    for first in range(0, whole, 3):
        out += (1600 * values[first] + 40 * values[first + 1] + values[first + 2] + 1).to_bytes(2, "big")
    if whole < len(values):
        out += bytes((_UNLATCH, ord(text[-1].replace("<", " ")) + 1))
    return bytes(out)


def c40_decode(data: bytes) -> str:
    """The text of `data`, fillers as spaces. Raises `SealFormatError` for bytes that no text gives."""
    if len(data) % 2:
        raise SealFormatError("c40_length")
    text = ""
    for at in range(0, len(data), 2):
        last = at == len(data) - 2
        if data[at] == _UNLATCH:
            character = chr(data[at + 1] - 1) if data[at + 1] else ""
            if not last or character not in ALPHABET or not character:
                raise SealFormatError("c40_unlatch")
            return text + character
        packed = int.from_bytes(data[at : at + 2], "big") - 1
        values = [packed // 1600, packed // 40 % 40, packed % 40]
        if last and values[2] == _PAD:
            del values[2]
        if not all(3 <= value < 40 for value in values):
            raise SealFormatError("c40_value")
        text += "".join(ALPHABET[value - 3] for value in values)
    return text


def c40_length(characters: int) -> int:
    """How many bytes so many characters take."""
    return 2 * -(-characters // 3)
