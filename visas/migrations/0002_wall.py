"""What hangs on a case stands on the same side of the wall as the case."""

from django.db import migrations

from wall.operations import WallBehind


class Migration(migrations.Migration):
    dependencies = [
        ("visas", "0001_initial"),
        ("cases", "0008_wall"),
    ]

    operations = [
        WallBehind("visas_visaapplication", case_ptr_id="cases_case"),
        WallBehind("visas_authorization", application_id="visas_visaapplication.case_ptr_id"),
        WallBehind("visas_interview", application_id="visas_visaapplication.case_ptr_id"),
    ]
