"""Signatures of produced PDF files: PAdES over what the renderer made, and the time stamps that come after it.

`pades` knows files and certificates and no rows; `authority` asks a time-stamping authority; `services` has the rules.
"""
