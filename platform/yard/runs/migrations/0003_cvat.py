"""Runs know their data set by itself; its version may come later, after a pull from CVAT."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill_dataset(apps, schema_editor):
    run = apps.get_model("runs", "Run")
    version = apps.get_model("datasets", "DatasetVersion")
    of_version = version.objects.filter(pk=OuterRef("dataset_version_id")).values("dataset_id")[:1]
    run.objects.filter(dataset=None).update(dataset_id=Subquery(of_version))
    if schema_editor.connection.vendor == "postgresql":
        # Its checks of foreign keys wait for the end of the transaction, and nothing can be altered until then.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [
        ("cvat", "0001_initial"),
        ("datasets", "0003_trust"),
        ("runs", "0002_grants_of_a_run"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="dataset",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="datasets.dataset"
            ),
        ),
        migrations.RunPython(fill_dataset, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="run",
            name="dataset",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="datasets.dataset"
            ),
        ),
        migrations.AlterField(
            model_name="run",
            name="dataset_version",
            field=models.ForeignKey(
                blank=True,
                help_text="None while the annotations are being pulled; pinned before its box starts",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="datasets.datasetversion",
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="pull",
            field=models.ForeignKey(
                blank=True,
                help_text="That brings the annotations it is to train on",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="runs",
                to="cvat.cvattransfer",
            ),
        ),
    ]
