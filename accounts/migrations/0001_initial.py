import datetime
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_key', models.CharField(db_index=True, editable=False, max_length=200)),
                ('email', models.EmailField(blank=True, max_length=254, null=True, verbose_name='e-mail')),
                ('job_title', models.CharField(blank=True, max_length=200, verbose_name='job title')),
                ('is_active', models.BooleanField(default=True, verbose_name='works here')),
            ],
            options={
                'ordering': ['name_key', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('email',), name='person_email_once'), models.CheckConstraint(condition=models.Q(('email', ''), _negated=True), name='person_email_null_not_empty'), models.CheckConstraint(condition=models.Q(('name__length__lte', 200), ('name_key__length__lte', 200), ('email__length__lte', 254), ('job_title__length__lte', 200)), name='person_lengths')],
            },
        ),
        migrations.CreateModel(
            name='JobTitle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job_title', models.CharField(max_length=200, verbose_name='job title')),
                ('effective_from', models.DateField(verbose_name='from')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='job_titles', to='accounts.person')),
            ],
            options={
                'ordering': ['person', 'effective_from'],
                'constraints': [models.UniqueConstraint(fields=('person', 'effective_from'), name='job_title_once_a_day'), models.CheckConstraint(condition=models.Q(('job_title__length__lte', 200), ('effective_from__gte', datetime.date(2000, 1, 1)), ('effective_from__lte', datetime.date(2100, 12, 31))), name='job_title_limits')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('role', models.CharField(choices=[('account_manager', 'Account manager'), ('ops_director', 'Ops director'), ('member', 'Member'), ('admin', 'Admin')], default='member', max_length=20, verbose_name='role')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='user', to='accounts.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('email__length__lte', 254), ('role__in', ['account_manager', 'ops_director', 'member', 'admin'])), name='user_lengths')],
            },
        ),
    ]
