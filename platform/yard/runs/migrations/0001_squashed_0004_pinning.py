"""In new databases this stands for all steps to 0004: each table at once, not column by column, for seconds less."""

import django.db.models.deletion
import yard.blueprints.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('runs', '0001_initial'),
        ('runs', '0002_grants_of_a_run'),
        ('runs', '0003_cvat'),
        ('runs', '0004_pinning'),
    ]

    dependencies = [
        ('accounts', '0002_sessions_and_sign_in_tries'),
        ('blueprints', '0004_grants'),
        ('cvat', '0001_initial'),
        ('datasets', '0011_cancelled'),
        ('executions', '0004_kernel_time'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=200)),
                ('origin', models.CharField(choices=[('web', 'Browser'), ('api', 'API')], default='api', max_length=10)),
                ('request_key', models.CharField(blank=True, help_text='The same request sent twice makes one run', max_length=200, null=True, unique=True)),
                ('config', yard.blueprints.fields.OrderedJSONField(help_text='As submitted; whole numbers are whole')),
                ('presets', yard.blueprints.fields.OrderedJSONField(default=dict, help_text="The template's, at the time")),
                ('export_config', yard.blueprints.fields.OrderedJSONField(blank=True, help_text='None: no ONNX export', null=True)),
                ('grants', models.JSONField(blank=True, default=list, help_text='What it was allowed beyond what every run may, when it was started')),
                ('seed', models.BigIntegerField(blank=True, null=True)),
                ('phase', models.CharField(blank=True, help_text="From the entrypoint's markers: setup, training, ended", max_length=20)),
                ('progress', models.FloatField(blank=True, help_text='0 to 1', null=True)),
                ('log_parsed_to', models.BigIntegerField(default=0, help_text='Log bytes already searched for metrics and markers')),
                ('log_parsed_attempt', models.IntegerField(default=1, help_text='Number of the attempt that log_parsed_to is about')),
                ('metric_messages', models.JSONField(blank=True, default=dict, help_text='metric → why it is no longer read')),
                ('score', models.FloatField(blank=True, null=True)),
                ('score_name', models.CharField(blank=True, max_length=100)),
                ('score_regexp', models.TextField(blank=True)),
                ('score_line', models.TextField(blank=True, help_text='The log line the score was found in')),
                ('score_message', models.TextField(blank=True, help_text='Why there is no score')),
                ('blueprint_version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='blueprints.blueprintversion')),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='datasets.dataset')),
                ('dataset_version', models.ForeignKey(blank=True, help_text='None while it is made or its annotations are being pulled; pinned before its box starts', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='datasets.datasetversion')),
                ('execution', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='run', to='executions.execution')),
                ('image_build', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='blueprints.imagebuild')),
                ('parent', models.ForeignKey(blank=True, help_text='Run again from', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reruns', to='runs.run')),
                ('pinning', models.ForeignKey(blank=True, help_text='That makes the version it is to train on, where the data set is large', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='datasets.pinning')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='accounts.project')),
                ('pull', models.ForeignKey(blank=True, help_text='That brings the annotations it is to train on', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='cvat.cvattransfer')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='MetricKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('last_value', models.FloatField(blank=True, null=True)),
                ('point_count', models.IntegerField(default=0)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='metric_keys', to='runs.run')),
            ],
            options={
                'ordering': ['run', 'name'],
            },
        ),
        migrations.CreateModel(
            name='RunOutput',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='executions.attempt')),
                ('model_version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='run_output', to='registry.modelversion')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outputs', to='runs.run')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MetricPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.IntegerField(help_text='Counts the points of this key from 0')),
                ('step', models.BigIntegerField()),
                ('epoch', models.FloatField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('value', models.FloatField(help_text='None with kind nan, inf or -inf', null=True)),
                ('kind', models.CharField(default='number', help_text='number, nan, inf, -inf', max_length=6)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='executions.attempt')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='runs.metrickey')),
            ],
            options={
                'ordering': ['key', 'sequence'],
                'constraints': [models.UniqueConstraint(fields=('key', 'attempt', 'sequence'), name='metric_point_unique')],
            },
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['project', '-id'], name='run_by_project'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['project', 'score'], name='run_by_score'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['blueprint_version', '-id'], name='run_by_blueprint'),
        ),
        migrations.AddConstraint(
            model_name='metrickey',
            constraint=models.UniqueConstraint(fields=('run', 'name'), name='metric_key_unique'),
        ),
    ]
