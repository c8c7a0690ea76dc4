"""What hangs on a case stands on the same side of the wall as the case."""

from django.db import migrations

from wall.operations import WallBehind


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_agency_address"),
        ("cases", "0006_wall"),
    ]

    operations = [
        WallBehind("agencies_check", case_id="cases_case"),
        WallBehind("agencies_adjudication", check_asked_id="agencies_check"),
    ]
