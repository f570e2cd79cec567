from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=64)),
                ('result', models.CharField(max_length=400)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'key'), name='idempotency_key_once'), models.CheckConstraint(condition=models.Q(('owner__length__lte', 40), ('key__length__lte', 64), ('result__length__lte', 400)), name='idempotency_key_lengths')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('currency', models.CharField(max_length=3, verbose_name='reporting currency')),
                ('zone', models.CharField(max_length=64, verbose_name='time zone')),
                ('night_at', models.TimeField(default='04:10', verbose_name='nightly run at')),
                ('is_demo', models.BooleanField(default=False, editable=False)),
                ('facts_version', models.BigIntegerField(default=0, editable=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name__length__lte', 200), ('currency__length__lte', 3), ('zone__length__lte', 64)), name='organisation_lengths'), models.CheckConstraint(condition=models.Q(('pk', 1)), name='organisation_is_one')],
            },
        ),
        migrations.CreateModel(
            name='Work',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(max_length=50)),
                ('key', models.CharField(max_length=100)),
                ('args', models.JSONField(blank=True, default=dict)),
                ('state', models.CharField(choices=[('due', 'due'), ('running', 'running'), ('done', 'done'), ('given_up', 'given up')], default='due', max_length=10)),
                ('due_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('lease_token', models.CharField(blank=True, max_length=32)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('burst_started_at', models.DateTimeField(blank=True, null=True)),
                ('burst_attempts', models.PositiveIntegerField(default=0)),
                ('troubled', models.BooleanField(default=False)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('result', models.JSONField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'done'), _negated=True), fields=['due_at'], name='work_unfinished')],
                'constraints': [models.UniqueConstraint(fields=('job', 'key'), name='work_once'), models.CheckConstraint(condition=models.Q(('job__length__lte', 50), ('key__length__lte', 100), ('error__length__lte', 200)), name='work_lengths')],
            },
        ),
    ]
