"""Measurements, never tests: `python -m bench` (or `make bench`).

- `acts`   starting, taking and completing, against a hand-written floor (`floor`) in the same run
- `scale`  the lists at ten thousand and at a million cases: `population` makes them in SQL
           (`loading`, `names`), `pages` measures them
- `jobs`   all checks of a case against its slowest agency, with a real worker and the simulator over HTTP
- `checks` how fast a backlog of checks drains, what one check costs, and whether a silent agency delays the others
- `zones`  machine-readable zones written and read, against the package `mrz`
- `setup`  the servers all of it runs on: its own, on this machine only, ended with it
- `report` what is told and how it is written

Each section is a process of its own with its own database; the time of an act or page is never a reason to fail.
"""
