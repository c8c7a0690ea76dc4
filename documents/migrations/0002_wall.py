"""What hangs on a case stands on the same side of the wall as the case."""

from django.db import migrations

from wall.operations import WallBehind


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_initial"),
        ("cases", "0006_wall"),
    ]

    operations = [
        WallBehind("documents_issueddocument", case_id="cases_case"),
    ]
