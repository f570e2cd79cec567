import datetime
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import engagements.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('engagements', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Night',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('computed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('is_judged', models.BooleanField(default=False)),
                ('seconds', models.FloatField(default=0)),
            ],
            options={
                'ordering': ['-day'],
                'constraints': [models.CheckConstraint(condition=models.Q(('day__gte', datetime.date(2000, 1, 1)), ('day__lte', datetime.date(2100, 12, 31))), name='night_days')],
            },
        ),
        migrations.CreateModel(
            name='Thresholds',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('watch_enter', models.PositiveIntegerField(default=6000, verbose_name='Watch from')),
                ('watch_leave', models.PositiveIntegerField(default=5500, verbose_name='Watch until')),
                ('repair_enter', models.PositiveIntegerField(default=7500, verbose_name='Repair from')),
                ('repair_leave', models.PositiveIntegerField(default=6500, verbose_name='Repair until')),
                ('consider_enter', models.PositiveIntegerField(default=10000, verbose_name='Consider parting ways from')),
                ('consider_leave', models.PositiveIntegerField(default=9000, verbose_name='Consider parting ways until')),
                ('target', models.PositiveIntegerField(default=5000, verbose_name='target ratio')),
                ('window_days', models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MinValueValidator(28), django.core.validators.MaxValueValidator(366)], verbose_name='window, days')),
                ('hold_nights', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)], verbose_name='nights a value must hold')),
                ('least_hours', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MaxValueValidator(1000)], verbose_name='fewest hours in the window')),
                ('least_weeks', models.PositiveSmallIntegerField(default=6, validators=[django.core.validators.MaxValueValidator(50)], verbose_name='fewest weeks with entries')),
                ('grace_days', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MaxValueValidator(366)], verbose_name='days of grace after the first contract starts')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('author', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'thresholds',
                'constraints': [models.CheckConstraint(condition=models.Q(('watch_leave__lt', models.F('watch_enter')), ('repair_leave__lt', models.F('repair_enter')), ('consider_leave__lt', models.F('consider_enter')), ('watch_enter__lt', models.F('repair_enter')), ('watch_leave__lt', models.F('repair_leave')), ('repair_enter__lt', models.F('consider_enter')), ('repair_leave__lt', models.F('consider_leave'))), name='thresholds_lines_rise'), models.CheckConstraint(condition=models.Q(('watch_enter__gte', 0), ('watch_enter__lte', 10000000), ('watch_leave__gte', 0), ('watch_leave__lte', 10000000), ('repair_enter__gte', 0), ('repair_enter__lte', 10000000), ('repair_leave__gte', 0), ('repair_leave__lte', 10000000), ('consider_enter__gte', 0), ('consider_enter__lte', 10000000), ('consider_leave__gte', 0), ('consider_leave__lte', 10000000)), name='thresholds_limits'), models.CheckConstraint(condition=models.Q(('target__gte', 0), ('target__lte', 10000000), ('window_days__gte', 28), ('window_days__lte', 366), ('hold_nights__gte', 1), ('hold_nights__lte', 30), ('least_hours__gte', 0), ('least_hours__lte', 1000), ('least_weeks__gte', 0), ('least_weeks__lte', 50), ('grace_days__gte', 0), ('grace_days__lte', 366)), name='thresholds_ranges')],
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('effort_cents', models.BigIntegerField(null=True)),
                ('revenue_cents', models.BigIntegerField(null=True)),
                ('ratio_e4', models.BigIntegerField(null=True)),
                ('minutes', models.IntegerField(default=0)),
                ('status', models.CharField(choices=[('ok', 'OK'), ('undefined', 'Effort without revenue'), ('insufficient', 'Not enough data'), ('unpaid', 'Unpaid effort'), ('inactive', 'Inactive')], max_length=12)),
                ('reason', models.CharField(blank=True, choices=[('no_effort', 'no time was logged: timesheets are probably missing'), ('few_hours', 'too few hours in the window'), ('few_weeks', 'time was logged in too few weeks'), ('too_new', 'the first contract started too recently'), ('missing_fx', 'an exchange rate is missing'), ('missing_rate', 'a cost rate is missing')], max_length=12)),
                ('level', models.CharField(choices=[('healthy', 'healthy'), ('watch', 'watch'), ('repair', 'repair'), ('consider', 'consider')], max_length=8, null=True)),
                ('ratio_level', models.CharField(max_length=8, null=True)),
                ('health_level', models.CharField(max_length=8, null=True)),
                ('parts', models.JSONField(default=dict)),
                ('window_days', models.PositiveSmallIntegerField(default=90)),
                ('computed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('pk', models.CompositePrimaryKey('day', 'client_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('client', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='engagements.client')),
                ('thresholds', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='health.thresholds')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LatestFigures',
            fields=[
                ('effort_cents', models.BigIntegerField(null=True)),
                ('revenue_cents', models.BigIntegerField(null=True)),
                ('ratio_e4', models.BigIntegerField(null=True)),
                ('minutes', models.IntegerField(default=0)),
                ('status', models.CharField(choices=[('ok', 'OK'), ('undefined', 'Effort without revenue'), ('insufficient', 'Not enough data'), ('unpaid', 'Unpaid effort'), ('inactive', 'Inactive')], max_length=12)),
                ('reason', models.CharField(blank=True, choices=[('no_effort', 'no time was logged: timesheets are probably missing'), ('few_hours', 'too few hours in the window'), ('few_weeks', 'time was logged in too few weeks'), ('too_new', 'the first contract started too recently'), ('missing_fx', 'an exchange rate is missing'), ('missing_rate', 'a cost rate is missing')], max_length=12)),
                ('level', models.CharField(choices=[('healthy', 'healthy'), ('watch', 'watch'), ('repair', 'repair'), ('consider', 'consider')], max_length=8, null=True)),
                ('ratio_level', models.CharField(max_length=8, null=True)),
                ('health_level', models.CharField(max_length=8, null=True)),
                ('parts', models.JSONField(default=dict)),
                ('window_days', models.PositiveSmallIntegerField(default=90)),
                ('computed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('client', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='latest', serialize=False, to='engagements.client')),
                ('day', models.DateField()),
                ('trend', models.JSONField(default=list)),
                ('series', models.JSONField(default=list)),
                ('lines_on', models.JSONField(default=list)),
                ('nights_without_data', models.PositiveSmallIntegerField(default=0)),
                ('level_since', models.DateField(null=True)),
                ('judged_level', models.CharField(max_length=8, null=True)),
                ('level_rank', models.SmallIntegerField(db_index=True, default=0)),
                ('thresholds', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='health.thresholds')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LevelChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('from_level', models.CharField(max_length=8, null=True)),
                ('to_level', models.CharField(max_length=8, null=True)),
                ('reason', models.JSONField(default=dict)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='level_changes', to='engagements.client')),
            ],
            options={
                'ordering': ['-day'],
                'indexes': [models.Index(fields=['day'], name='level_changes_of_night')],
                'constraints': [models.UniqueConstraint(fields=('client', 'day'), name='level_change_once_a_night')],
            },
        ),
        migrations.CreateModel(
            name='ThresholdOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('watch_enter', models.PositiveIntegerField(default=6000, verbose_name='Watch from')),
                ('watch_leave', models.PositiveIntegerField(default=5500, verbose_name='Watch until')),
                ('repair_enter', models.PositiveIntegerField(default=7500, verbose_name='Repair from')),
                ('repair_leave', models.PositiveIntegerField(default=6500, verbose_name='Repair until')),
                ('consider_enter', models.PositiveIntegerField(default=10000, verbose_name='Consider parting ways from')),
                ('consider_leave', models.PositiveIntegerField(default=9000, verbose_name='Consider parting ways until')),
                ('grace_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(366)], verbose_name='days of grace after the first contract starts')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('valid_from', engagements.models.fields.Day(verbose_name='valid from')),
                ('valid_to', engagements.models.fields.Day(verbose_name='valid to')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('author', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='threshold_overrides', to='engagements.client')),
            ],
            options={
                'ordering': ['client', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('watch_leave__lt', models.F('watch_enter')), ('repair_leave__lt', models.F('repair_enter')), ('consider_leave__lt', models.F('consider_enter')), ('watch_enter__lt', models.F('repair_enter')), ('watch_leave__lt', models.F('repair_leave')), ('repair_enter__lt', models.F('consider_enter')), ('repair_leave__lt', models.F('consider_leave'))), name='override_lines_rise'), models.CheckConstraint(condition=models.Q(('watch_enter__gte', 0), ('watch_enter__lte', 10000000), ('watch_leave__gte', 0), ('watch_leave__lte', 10000000), ('repair_enter__gte', 0), ('repair_enter__lte', 10000000), ('repair_leave__gte', 0), ('repair_leave__lte', 10000000), ('consider_enter__gte', 0), ('consider_enter__lte', 10000000), ('consider_leave__gte', 0), ('consider_leave__lte', 10000000)), name='override_limits'), models.CheckConstraint(condition=models.Q(('valid_from__gte', datetime.date(2000, 1, 1)), ('valid_from__lte', datetime.date(2100, 12, 31)), ('valid_to__gte', datetime.date(2000, 1, 1)), ('valid_to__lte', datetime.date(2100, 12, 31)), ('reason__length__lte', 200), ('grace_days__gte', 0), ('grace_days__lte', 366)), name='override_ranges'), models.CheckConstraint(condition=models.Q(('valid_to__gte', models.F('valid_from'))), name='override_ends_after_start')],
            },
        ),
    ]
