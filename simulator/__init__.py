"""Agency simulator: the other side of the wire, for demonstrations, tests and benchmarks.

A separate HTTP process that speaks the shapes seen on Peru's State interoperability platform (PIDE): SOAP
with a served WSDL for RENIEC, PNP, INPE and INTERPOL; REST by GET or ``{"PIDE": {...}}`` POST, in XML or
JSON, for Poder Judicial, Migraciones, SBS, SUNAT, MTC and MTPE. It knows nothing of the project that asks it
and imports nothing of it. Every person in it is invented.
"""
