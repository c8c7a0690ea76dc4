"""What hangs on a case stands on the same side of the wall as the case."""

from django.db import migrations

from wall.operations import WallBehind


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0003_blanks_and_life"),
        ("cases", "0008_wall"),
    ]

    operations = [
        WallBehind("documents_issueddocument", case_id="cases_case"),
        WallBehind("documents_lifechange", document_id="documents_issueddocument"),
        WallBehind("documents_documentseal", document_id="documents_issueddocument"),
    ]
