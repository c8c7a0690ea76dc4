"""What the application's role may do in a production database, where another role owns the tables and migrates.

The application reads and writes its tables, and adds to the log; it can not change or empty the log, drop its triggers
or take away its seals, whatever its code does.
"""

from django.db import connection

from audit.models import AuditEvent, AuditSeal

APPEND_ONLY = (AuditEvent._meta.db_table, AuditSeal._meta.db_table)


def statements(role: str) -> list[str]:
    """The grants for an existing role, in order. Repeating them does no harm."""
    name = connection.ops.quote_name(role)
    schema = "public"
    lines = [
        f"GRANT USAGE ON SCHEMA {schema} TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON {connection.ops.quote_name('django_migrations')} FROM {name}",
    ]
    for table in map(connection.ops.quote_name, APPEND_ONLY):
        lines.append(f"REVOKE ALL ON {table} FROM {name}, PUBLIC")
        lines.append(f"GRANT SELECT, INSERT ON {table} TO {name}")
    return lines


def apply(role: str) -> None:
    """Give the role its grants; run as the owner of the tables, after every migration."""
    with connection.cursor() as cursor:
        for line in statements(role):
            cursor.execute(line)
