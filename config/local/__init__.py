"""SUGM on one machine: a local database and broker, and every process under one supervisor.

`python -m config.local run` is what `make run` starts. Nothing in here is used in production, where the same
processes are started by whatever runs them there (`Procfile`, `compose.yaml`) against an external
`DATABASE_URL` and `BROKER_URL`.

- `processes`   start a child, find it again after a crash, end it
- `postgres`    a PostgreSQL server from binaries that are at hand
- `valkey`      a Valkey server as the Celery broker
- `stack`       which processes SUGM consists of, in which order, with which environment
- `supervisor`  starts them, watches them, ends them
- `testing`     the same database and broker for one test run, in a folder of its own
- `locks`       what is wrong with the lock files, asked of nobody
- `bootstrap`   makes the virtual environment; a script for the system's Python, run by the Makefile

This room imports no other room of the project, and no Django: it must work before Django can.
"""
