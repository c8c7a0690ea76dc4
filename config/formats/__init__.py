"""How numbers are written, where Django knows a country's own way only by this module."""
