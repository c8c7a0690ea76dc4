"""Migration operations that put a table behind the wall. Every table that holds data of persons or cases has one
(``tests/wall/test_tables.py`` names those that lack it).

PostgreSQL hides what a policy excludes from everything but constraints: no SELECT finds it, no UPDATE or DELETE reaches
it, and no INSERT makes it, unless the connection is behind the wall.
"""

from django.db.migrations.operations import RunSQL

OPEN = "current_setting('sugm.realm', true) = 'R'"


class Wall(RunSQL):
    """A table whose own rows say on which side they are.

    :param realm: the column that is ``N`` for ordinary rows.
    :param ordinary: instead of it, any SQL condition that holds for ordinary rows.
    """

    def __init__(self, table: str, realm: str = "realm", *, ordinary: str = ""):
        self.table = table
        condition = ordinary or f"{realm} = 'N'"
        super().__init__(
            f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY wall ON {table} USING (({condition}) OR {OPEN});
            """,
            f"""
            DROP POLICY wall ON {table};
            ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
            """,
        )

    def describe(self) -> str:
        return f"Put {self.table} behind the wall"


class WallBehind(Wall):
    """A table whose rows stand where their parents stand: ``WallBehind("cases_note", case_id="cases_case")``.

    The parent's key is ``id``, or what follows a point: ``"visas_visaapplication.case_ptr_id"``. Several parents: an
    ordinary row has no protected one. A column that is empty says nothing.
    """

    def __init__(self, table: str, **parents: str):
        conditions = []
        for column, named in parents.items():
            parent, _, key = named.partition(".")
            match = f"parent.{key or 'id'} = {table}.{column}"
            stands = f"EXISTS (SELECT 1 FROM {parent} parent WHERE {match})"  # noqa: S608 (in migrations)  # nosec B608
            conditions.append(f"({column} IS NULL OR {stands})")
        super().__init__(table, ordinary=" AND ".join(conditions))
