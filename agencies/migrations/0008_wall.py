"""What hangs on a case stands on the same side of the wall as the case."""

from django.db import migrations

from wall.operations import WallBehind


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0007_reports"),
        ("cases", "0008_wall"),
    ]

    operations = [
        WallBehind("agencies_check", case_id="cases_case"),
        WallBehind("agencies_adjudication", check_asked_id="agencies_check"),
        WallBehind("agencies_attempt", check_asked_id="agencies_check"),
        WallBehind("agencies_evidence", check_asked_id="agencies_check"),
        WallBehind("agencies_report", case_id="cases_case"),
    ]
