"""The demonstration ministry: invented people and cases, made by the real acts. Installed only locally."""
