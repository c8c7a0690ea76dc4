"""The wall around protected persons and cases (domain §8.4), as the database keeps it.

The filters of the rooms above (``visible_to``) say what a user may see. This room makes a forgotten filter harmless:
every table that holds such data has a row-level security policy, and a connection sees protected rows only while
:mod:`wall.realm` says that the request or job at hand is behind the wall. What nobody has declared stays outside.
"""
