"""Peru writes a point before the decimals, where Django's Spanish has a comma; the rest is Django's Spanish."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = "\N{NO-BREAK SPACE}"
NUMBER_GROUPING = 3
