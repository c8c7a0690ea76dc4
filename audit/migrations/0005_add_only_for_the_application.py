"""The application's role adds to the log and reads it, and can do nothing else to it, whatever its code does."""

from django.db import migrations

TABLES = "audit_auditevent, audit_auditseal"


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_seals_roles_and_the_wall"),
        ("wall", "0001_application_role"),
    ]

    operations = [
        migrations.RunSQL(
            f"REVOKE ALL ON {TABLES} FROM sugm_app, PUBLIC; GRANT SELECT, INSERT ON {TABLES} TO sugm_app",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLES} TO sugm_app",
        )
    ]
