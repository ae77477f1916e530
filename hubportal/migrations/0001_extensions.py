"""PostgreSQL's extensions for search and booking, and the table behind the cache."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.core.management import call_command
from django.db import migrations


def create_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def drop_cache_table(apps, schema_editor):
    schema_editor.execute("DROP TABLE IF EXISTS hubportal_cache")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    # The search index and the rule against double booking need the extensions.
    run_before = [("schools", "0001_initial"), ("meetings", "0001_initial")]
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunPython(create_cache_table, drop_cache_table),
    ]
