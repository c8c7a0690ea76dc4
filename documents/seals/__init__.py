"""Seals of what is issued: keys and certificates, sealing at issuance, the bar code, validation for anyone.

The format itself is in `icao.vds`. Keys never enter the database: a signer's row refers to one (`keys`), in a file for
the demonstration, in a hardware module (PKCS#11) elsewhere.
"""
