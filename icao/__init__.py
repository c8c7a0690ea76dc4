"""The bottom room: what a travel document says, by ICAO Doc 9303 (8th edition), and nothing else.

Pure functions over text: check digits, transliteration, the writing of names, the letter codes of States and
documents, the machine-readable zones TD1, TD2, TD3, MRV-A and MRV-B, and visible digital seals. No Django, no files,
no database, no clock that a caller cannot replace (`today=`); only the standard library, and `cryptography` for
the seals. Every higher room may import this one; it imports none of them. It holds no sentences for a screen:
problems are stable codes with arguments, with an English `message` for the command line, and are translated above.

Where to look:

* `icao.mrz`: `read(text) -> Verdict`, `write(spec) -> lines`
* `icao.names`: how a name goes into a zone, `same_person_forms` and `fold` for comparing and searching
* `icao.transliteration`: Latin, Cyrillic and Arabic letters to A-Z, with the national settings
* `icao.codes`: who issues, of what nationality, which document
* `icao.check_digit`: the weights 7-3-1
* `icao.vds`: `read_seal(bytes) -> Seal`, `signed_part` and `finish` to write one, `judge` whether to believe it
* `icao.cli`: `manage.py mrz read|write` without Django
"""
