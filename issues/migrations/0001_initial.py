import datetime
import django.db.models.deletion
import django.utils.timezone
import engagements.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('engagements', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='cause')),
                ('name_key', models.CharField(editable=False, max_length=200, unique=True)),
                ('usual_side', models.CharField(choices=[('ours', 'usually ours'), ('client', "usually the client's"), ('either', 'either side')], default='either', max_length=6)),
            ],
            options={
                'ordering': ['usual_side', 'name_key'],
                'constraints': [models.CheckConstraint(condition=models.Q(('name__length__lte', 200), ('name_key__length__lte', 200)), name='cause_lengths')],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('import_id', models.BigIntegerField(blank=True, editable=False, null=True)),
                ('source_key', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ('category', models.CharField(choices=[('communication', 'Communication'), ('delivery', 'Delivery'), ('expectations', 'Expectations')], max_length=13, verbose_name='category')),
                ('severity', models.CharField(choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High')], max_length=6, verbose_name='severity')),
                ('side', models.CharField(choices=[('unknown', 'Not known yet'), ('ours', 'Ours'), ('client', 'Client'), ('shared', 'Shared')], default='unknown', max_length=7, verbose_name='side')),
                ('occurred_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('occurred_on', engagements.models.fields.Day(editable=False)),
                ('what_happened', models.CharField(blank=True, max_length=4000, verbose_name='what happened')),
                ('client_view', models.TextField(blank=True, verbose_name="client's view")),
                ('our_view', models.TextField(blank=True, verbose_name='our view')),
                ('in_timesheet', models.CharField(choices=[('unsure', 'Not sure'), ('yes', 'Yes'), ('no', 'No')], default='unsure', max_length=6, verbose_name='lost minutes are in the timesheet')),
                ('resolved_on', engagements.models.fields.Day(blank=True, null=True, verbose_name='resolved on')),
                ('resolution', models.TextField(blank=True, verbose_name='resolution')),
                ('client_confirmed_on', engagements.models.fields.Day(blank=True, null=True, verbose_name='client confirmed on')),
                ('prevention', models.TextField(blank=True, verbose_name='prevention')),
                ('author', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('causes', models.ManyToManyField(blank=True, related_name='incidents', to='issues.cause', verbose_name='causes')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='incidents', to='engagements.client', verbose_name='client')),
                ('reporter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reported', to='accounts.person', verbose_name='reported by')),
            ],
            options={
                'ordering': ['-occurred_at', '-pk'],
                'indexes': [models.Index(fields=['client', 'occurred_on'], name='incident_of_client')],
                'constraints': [models.CheckConstraint(condition=models.Q(('category__in', ['communication', 'delivery', 'expectations']), ('severity__in', ['low', 'medium', 'high']), ('side__in', ['ours', 'client', 'shared', 'unknown']), ('in_timesheet__in', ['yes', 'no', 'unsure']), ('occurred_at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('occurred_at__lte', datetime.datetime(2101, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('occurred_on__gte', datetime.date(2000, 1, 1)), ('occurred_on__lte', datetime.date(2100, 12, 31)), ('resolved_on__gte', datetime.date(2000, 1, 1)), ('resolved_on__lte', datetime.date(2100, 12, 31)), ('client_confirmed_on__gte', datetime.date(2000, 1, 1)), ('client_confirmed_on__lte', datetime.date(2100, 12, 31)), ('what_happened__length__lte', 4000), ('client_view__length__lte', 4000), ('our_view__length__lte', 4000), ('resolution__length__lte', 4000), ('prevention__length__lte', 4000)), name='incident_limits')],
            },
        ),
        migrations.CreateModel(
            name='IncidentMinutes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('import_id', models.BigIntegerField(blank=True, editable=False, null=True)),
                ('source_key', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes lost')),
                ('author', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='minutes', to='issues.incident')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.person')),
            ],
            options={
                'verbose_name_plural': 'incident minutes',
                'constraints': [models.CheckConstraint(condition=models.Q(('minutes__gte', 0), ('minutes__lte', 100000)), name='incident_minutes_limits')],
            },
        ),
        migrations.CreateModel(
            name='Touchpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('import_id', models.BigIntegerField(blank=True, editable=False, null=True)),
                ('source_key', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('direction', models.CharField(choices=[('in', 'They contacted us'), ('out', 'We contacted them'), ('both', 'Both')], default='both', max_length=4, verbose_name='direction')),
                ('channel', models.CharField(blank=True, max_length=40, verbose_name='channel')),
                ('is_terse', models.BooleanField(default=False, verbose_name='terse')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('author', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='touchpoints', to='engagements.client', verbose_name='client')),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['client', 'at'], name='touchpoint_of_client')],
                'constraints': [models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lte', datetime.datetime(2101, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('direction__in', ['in', 'out', 'both']), ('channel__length__lte', 40), ('note__length__lte', 4000)), name='touchpoint_limits')],
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('raised_on', engagements.models.fields.Day()),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('figures', models.JSONField(default=dict)),
                ('closed_on', engagements.models.fields.Day(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('recovered', 'Recovered'), ('exempted', 'Client exempted'), ('ended', 'Relationship ended')], max_length=10)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='engagements.client')),
            ],
            options={
                'ordering': ['-raised_on', 'client'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('client',), name='flag_one_open_a_client'), models.CheckConstraint(condition=models.Q(('raised_on__gte', datetime.date(2000, 1, 1)), ('raised_on__lte', datetime.date(2100, 12, 31)), ('closed_on__gte', datetime.date(2000, 1, 1)), ('closed_on__lte', datetime.date(2100, 12, 31))), name='flag_days')],
            },
        ),
    ]
