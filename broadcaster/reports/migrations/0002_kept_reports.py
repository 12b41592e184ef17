

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('broadcast_id', models.BigIntegerField()),
                ('school_id', models.BigIntegerField(default=0)),
                ('document', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('broadcast_id', 'school_id'), name='kept_report_once')],
            },
        ),
    ]
