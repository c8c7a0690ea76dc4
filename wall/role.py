"""The role that the application works as: it owns no table and can not look past a policy."""

from django.db import connection

ROLE = "sugm_app"

_WHO = """
    SELECT rolname, rolname = current_user, rolsuper OR rolbypassrls,
        EXISTS (SELECT FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid
                WHERE pg_has_role(r.oid, c.relowner, 'USAGE') AND NOT r.rolsuper)
    FROM pg_roles r WHERE rolname IN (current_user, session_user)
"""


def roles_above_the_wall() -> dict[str, list[str]]:
    """Which of the roles of this connection could see or undo what the wall hides: ``works``, the one that statements
    are run as, and ``logs in``, the one that it could go back to. Both are empty where all is well."""
    found: dict[str, list[str]] = {"works": [], "logs in": []}
    with connection.cursor() as cursor:
        cursor.execute(_WHO)
        for name, current, passes, owns in cursor.fetchall():
            if passes or owns:
                found["works" if current else "logs in"].append(name)
    return found
