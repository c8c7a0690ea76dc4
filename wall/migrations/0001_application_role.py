"""The role that the application works as, and what it may do: rows, not tables. Tables made later by the same owner
get the same grants by default; where a room wants less for its own, it takes it back in its own migrations."""

from django.db import migrations

FORWARD = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sugm_app') THEN
        BEGIN
            CREATE ROLE sugm_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;  -- another database of this server was faster
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'the role sugm_app is missing, and % may not create it', current_user
                    USING HINT = 'An administrator of the server runs: CREATE ROLE sugm_app; GRANT sugm_app TO the owner';
        END;
    END IF;
    IF NOT pg_has_role(current_user, 'sugm_app', 'MEMBER') THEN
        GRANT sugm_app TO CURRENT_USER;  -- where one login does everything, it works as this role
    END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO sugm_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO sugm_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO sugm_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sugm_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO sugm_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM sugm_app;
"""
BACKWARD = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM sugm_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM sugm_app;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM sugm_app;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM sugm_app;
REVOKE ALL ON SCHEMA public FROM sugm_app;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
