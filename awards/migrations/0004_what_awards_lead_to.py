"""What an award leads to: overrides, packs kept as they went, credentials, answers a person, renewals, listings."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("audits", "0009_follow_up_visits"),
        ("awards", "0003_freeze_what_is_issued"),
        ("mail", "0003_earlier_texts"),
        ("schools", "0005_hub_pictures_and_designs"),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificateBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(help_text="As people say it: Autumn term 2026.", max_length=60)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("working", "Being packed"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0, help_text="Certificates in it.")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "failure",
                    models.CharField(
                        blank=True, help_text="What went wrong, for the person who asked.", max_length=300
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "working", "ready", "failed"])),
                        name="awards_batch_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="awards_batch_dates_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("state__in", ["waiting", "working"])),
                            models.Q(("finished_at__isnull", False), ("state__in", ["ready", "failed"])),
                            _connector="OR",
                        ),
                        name="awards_batch_finished_in_full",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BatchPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("certificate_ids", models.JSONField(default=list)),
                ("content", models.BinaryField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="awards.certificatebatch"
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "position"), name="awards_batchpart_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("content__isnull", True), ("done_at__isnull", True)),
                            models.Q(("content__isnull", False), ("done_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="awards_batchpart_done_in_full",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jwt", models.TextField()),
                ("key_id", models.CharField(max_length=80)),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="credential", to="awards.certificate"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LevelOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rules_level",
                    models.CharField(
                        choices=[
                            ("working_towards", "Working towards Bronze"),
                            ("bronze", "Bronze"),
                            ("silver", "Silver"),
                            ("gold", "Gold"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("working_towards", "Working towards Bronze"),
                            ("bronze", "Bronze"),
                            ("silver", "Silver"),
                            ("gold", "Gold"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.TextField(help_text="Why; the school reads it.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits for a second officer"),
                            ("agreed", "Agreed by a second officer"),
                            ("declined", "Not agreed"),
                            ("taken_back", "Taken back"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answer_note",
                    models.TextField(blank=True, help_text="What the second officer says. For hub staff only."),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="level_overrides", to="audits.audit"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-proposed_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__in", ["working_towards", "bronze", "silver", "gold"]),
                            ("rules_level__in", ["working_towards", "bronze", "silver", "gold"]),
                        ),
                        name="awards_override_levels_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level", models.F("rules_level")), _negated=True),
                        name="awards_override_is_another_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="awards_override_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True), ("answered_by__isnull", True), ("state", "proposed")
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by", models.F("proposed_by")),
                                ("state", "taken_back"),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                ("state__in", ["agreed", "declined"]),
                                models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="awards_override_by_two_officers",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["proposed", "agreed"])),
                        fields=("audit",),
                        name="awards_override_one_standing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PackFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("filename", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=100)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="awards.outcomepack"
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "constraints": [
                    models.UniqueConstraint(fields=("pack", "position"), name="awards_packfile_position_once"),
                    models.UniqueConstraint(fields=("pack", "filename"), name="awards_packfile_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "sha256",
                                models.Func(
                                    models.Func(
                                        models.F("content"), function="sha256", output_field=models.BinaryField()
                                    ),
                                    models.Value("hex"),
                                    function="encode",
                                    output_field=models.CharField(),
                                ),
                            )
                        ),
                        name="awards_packfile_fingerprint_true",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PackReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("is_fine", models.BooleanField(blank=True, null=True)),
                ("note", models.TextField(blank=True, help_text="What should change. For hub staff only.")),
                ("sha256", models.CharField(blank=True, help_text="Fingerprint of what was read.", max_length=64)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pack_readings", to="awards.award"
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reader", models.F("asked_by")), _negated=True),
                        name="awards_packreading_by_a_colleague",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True), ("is_fine__isnull", True), ("note", ""), ("sha256", "")
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("is_fine", True),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("is_fine", False),
                                models.Q(("sha256", ""), _negated=True),
                                models.Q(("note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="awards_packreading_answered_in_full",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("award",),
                        name="awards_packreading_one_waiting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgressNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by_contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="schools.contact",
                    ),
                ),
                (
                    "priority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="progress_notes", to="audits.priority"
                    ),
                ),
            ],
            options={
                "ordering": ("-written_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="awards_progressnote_not_empty"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicListing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wording", models.TextField(help_text="What the school agreed to, word for word.")),
                ("listed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="schools.contact",
                    ),
                ),
                (
                    "listed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="schools.contact",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="public_listings", to="schools.school"
                    ),
                ),
            ],
            options={
                "ordering": ("-listed_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("school",),
                        name="awards_listing_one_standing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wording", ""), _negated=True), name="awards_listing_with_wording"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            ("ended_at__gte", models.F("listed_at")),
                            _connector="OR",
                        ),
                        name="awards_listing_times_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme_name", models.CharField(max_length=120)),
                ("wording", models.TextField(blank=True, help_text="What the school was told of it.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("recommended", "Recommended by the hub"),
                            ("sent", "Sent to the scheme"),
                            ("accepted", "Accepted by the school"),
                            ("downloaded", "Certificate downloaded"),
                            ("declined", "Declined by the school"),
                        ],
                        default="recommended",
                        max_length=12,
                    ),
                ),
                (
                    "award",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recommendation", to="awards.award"
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["recommended", "sent", "accepted", "downloaded", "declined"])
                        ),
                        name="awards_recommendation_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scheme_name", ""), _negated=True),
                        name="awards_recommendation_scheme_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecommendationStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("recommended", "Recommended by the hub"),
                            ("sent", "Sent to the scheme"),
                            ("accepted", "Accepted by the school"),
                            ("downloaded", "Certificate downloaded"),
                            ("declined", "Declined by the school"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by_contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="schools.contact",
                    ),
                ),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="awards.recommendation"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["recommended", "sent", "accepted", "downloaded", "declined"])
                        ),
                        name="awards_recommendationstep_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by__isnull", True), ("by_contact__isnull", True), _connector="OR"),
                        name="awards_recommendationstep_one_author",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReflectionCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("has_reached", models.BooleanField(help_text="Whether somebody of the school was reached.")),
                ("note", models.CharField(blank=True, help_text="For hub staff only.", max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reflection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="awards.reflection"
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="ReflectionResponse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                ("anything_else", models.TextField(blank=True)),
                (
                    "earlier_answers",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="What was answered before a change, oldest first: nothing written is lost.",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="schools.contact",
                    ),
                ),
                (
                    "reflection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="responses", to="awards.reflection"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("answered_at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reflection", "contact"), name="awards_reflectionresponse_one_a_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("changed_at__isnull", True), ("changed_at__gte", models.F("answered_at")), _connector="OR"
                        ),
                        name="awards_reflectionresponse_times_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReflectionRating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rating",
                    models.CharField(choices=[("red", "Red"), ("amber", "Amber"), ("green", "Green")], max_length=5),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audits.criterion"
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="awards.reflectionresponse",
                    ),
                ),
            ],
            options={
                "ordering": ("criterion__position",),
                "constraints": [
                    models.UniqueConstraint(fields=("response", "criterion"), name="awards_reflectionrating_once"),
                    models.CheckConstraint(
                        condition=models.Q(("rating__in", ["red", "amber", "green"])),
                        name="awards_reflectionrating_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Renewal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "due_on",
                    models.DateField(help_text="The day the invitation is due: some weeks before the award ends."),
                ),
                ("queued_at", models.DateTimeField(blank=True, null=True)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "award",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="renewal", to="awards.award"
                    ),
                ),
                (
                    "email",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewal",
                        to="mail.email",
                    ),
                ),
                (
                    "reminder_email",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewal_reminder",
                        to="mail.email",
                    ),
                ),
            ],
            options={
                "ordering": ("due_on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email__isnull", True), ("queued_at__isnull", True)),
                            models.Q(("email__isnull", False), ("queued_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="awards_renewal_queued_in_full",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reminded_at__isnull", True), ("reminder_email__isnull", True)),
                            models.Q(("reminded_at__gte", models.F("queued_at")), ("reminder_email__isnull", False)),
                            _connector="OR",
                        ),
                        name="awards_renewal_reminded_after_invitation",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="award",
            name="rules_level",
            field=models.CharField(
                choices=[
                    ("working_towards", "Working towards Bronze"),
                    ("bronze", "Bronze"),
                    ("silver", "Silver"),
                    ("gold", "Gold"),
                ],
                help_text="What the rules alone give; another level needs two officers.",
                max_length=16,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="award",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="award",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="award",
            name="withdrawn_reason",
            field=models.TextField(blank=True, help_text="For hub staff only."),
        ),
        migrations.AddField(
            model_name="certificate",
            name="design",
            field=models.CharField(
                choices=[
                    ("classic", "Classic: a framed page with a medal"),
                    ("modern", "Modern: a band of colour and a large level"),
                    ("plain", "Plain: black on white, made for the school's own printer"),
                ],
                default="classic",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="certificate",
            name="reason",
            field=models.TextField(blank=True, help_text="Why it was issued in place of an earlier one."),
        ),
        migrations.AddField(
            model_name="outcomepack",
            name="sha256",
            field=models.CharField(
                blank=True,
                help_text="Over all mails and files, as they were looked at. Empty before version 5.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="reflection",
            name="closed_at",
            field=models.DateTimeField(blank=True, help_text="When the hub stopped asking for it.", null=True),
        ),
        migrations.AddField(
            model_name="reflection",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reflection",
            name="closed_reason",
            field=models.CharField(blank=True, help_text="For hub staff only.", max_length=300),
        ),
        migrations.AddField(
            model_name="reflection",
            name="reminded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="reflection",
            name="reminder_email",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reflection_reminder",
                to="mail.email",
            ),
        ),
        migrations.AddField(
            model_name="reflectionanswer",
            name="what_next",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="reflection",
            name="answered_at",
            field=models.DateTimeField(blank=True, help_text="When the first answer came.", null=True),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("design__in", ["classic", "modern", "plain"])),
                name="awards_certificate_design_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reflection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reminded_at__isnull", True), ("reminder_email__isnull", True)),
                    models.Q(("reminded_at__gte", models.F("queued_at")), ("reminder_email__isnull", False)),
                    _connector="OR",
                ),
                name="awards_reflection_reminded_after_sheet",
            ),
        ),
        migrations.AddConstraint(
            model_name="reflection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True), ("closed_reason", "")),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        models.Q(("closed_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="awards_reflection_closed_in_full",
            ),
        ),
        migrations.AddField(
            model_name="award",
            name="override",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="award",
                to="awards.leveloverride",
            ),
        ),
        migrations.AddField(
            model_name="reflectionanswer",
            name="response",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answers",
                to="awards.reflectionresponse",
            ),
        ),
    ]
