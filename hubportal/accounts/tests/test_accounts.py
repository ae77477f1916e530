"""Who gets in, and how far."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from hubportal.accounts.adapter import MFAAdapter
from hubportal.accounts.models import Role, User
from hubportal.accounts.services import invite, set_active
from hubportal.mail.models import Email
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return UserFactory(role=Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    ("role", "is_officer", "is_administrator"),
    [(Role.ADMINISTRATOR, True, True), (Role.OFFICER, True, False), (Role.VIEWER, False, False)],
)
def test_user_role_decides_what_is_allowed(role, is_officer, is_administrator):
    user = UserFactory(role=role)

    assert (user.is_officer, user.is_administrator) == (is_officer, is_administrator)
    assert user.is_staff is user.has_perm("any") is user.has_module_perms("any") is is_administrator


def test_user_without_the_right_to_sign_in_is_nothing():
    user = UserFactory(role=Role.ADMINISTRATOR, is_active=False)

    assert (user.is_officer, user.is_administrator, user.is_staff) == (False, False, False)


def test_user_email_twice_in_other_letters_is_refused():
    UserFactory(email="ada@hub.example.org")
    with pytest.raises(IntegrityError, match="accounts_user_email_once"), transaction.atomic():
        UserFactory(email="ADA@hub.example.org")


def test_user_unknown_role_is_refused():
    with pytest.raises(IntegrityError, match="accounts_user_role_known"), transaction.atomic():
        UserFactory(role="king")


def test_create_superuser_is_an_administrator():
    user = User.objects.create_superuser("Head@Hub.example.org", "a long enough password")

    assert (user.email, user.role, user.name) == ("head@hub.example.org", Role.ADMINISTRATOR, "Head")


def test_sign_in_with_email_and_password_leads_to_the_staff_home(client):
    User.objects.create_user("ada@hub.example.org", "a long enough password", name="Ada")

    response = client.post(
        reverse("account_login"), {"login": "ADA@hub.example.org", "password": "a long enough password"}
    )

    assert (response.status_code, response.url) == (302, reverse("staff_home"))


def test_sign_in_too_often_with_a_wrong_password_is_stopped(client):
    User.objects.create_user("ada@hub.example.org", "a long enough password", name="Ada")
    url = reverse("account_login")

    for _ in range(6):
        client.post(url, {"login": "ada@hub.example.org", "password": "wrong"})
    response = client.post(url, {"login": "ada@hub.example.org", "password": "a long enough password"})

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_sign_up_is_closed(client):
    response = client.get(reverse("account_signup"))

    assert "account/signup_closed.html" in [template.name for template in response.templates]


@pytest.mark.parametrize(
    ("role", "is_sent_away"), [(Role.ADMINISTRATOR, True), (Role.OFFICER, True), (Role.VIEWER, False)]
)
def test_second_factor_missing_sends_officers_to_set_it_up(client, settings, role, is_sent_away):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(UserFactory(role=role))

    response = client.get(reverse("staff_home"))

    assert (response.status_code == 302) is is_sent_away
    assert not is_sent_away or response.url == reverse("mfa_activate_totp")


@pytest.fixture
def officer_with_factor():
    officer = UserFactory()
    officer.set_password("a long enough password")
    officer.save()
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    return officer, secret


def sign_in(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": "a long enough password"})


def test_second_factor_is_asked_for_and_lets_through(client, settings, officer_with_factor):
    settings.SECOND_FACTOR_REQUIRED = True
    officer, secret = officer_with_factor

    assert sign_in(client, officer).url == reverse("mfa_authenticate")
    assert client.get(reverse("staff_home")).status_code == 302
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post(reverse("mfa_authenticate"), {"code": code})

    assert client.get(reverse("staff_home")).status_code == 200


def test_session_that_began_without_the_factor_ends(client, settings, officer_with_factor):
    settings.SECOND_FACTOR_REQUIRED = True
    officer, _ = officer_with_factor
    client.force_login(officer)

    response = client.get(reverse("staff_home"))

    assert (response.status_code, response.url) == (302, reverse("account_login"))
    assert "_auth_user_id" not in client.session


def test_setting_up_the_factor_counts_as_using_it(client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    officer = User.objects.create_user("ada@hub.example.org", "a long enough password", name="Ada")
    sign_in(client, officer)
    assert client.get(reverse("staff_home")).url == reverse("mfa_activate_totp")

    TOTP.activate(officer, generate_totp_secret())

    assert client.get(reverse("staff_home")).status_code == 200


def test_second_factor_secret_is_not_readable_in_the_database(officer_with_factor):
    officer, secret = officer_with_factor

    stored = Authenticator.objects.get(user=officer).data["secret"]

    assert secret not in stored
    assert MFAAdapter().decrypt(stored) == secret


def test_admin_site_has_no_sign_in_of_its_own(client, administrator):
    administrator.set_password("a long enough password")
    administrator.save()

    response = client.post(
        reverse("admin:login"), {"username": administrator.email, "password": "a long enough password"}
    )

    assert response.url.startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


def test_admin_site_shows_nothing_that_opens_an_account():
    names = {model._meta.label for model in admin.site._registry}

    assert names & {"mfa.Authenticator", "account.EmailAddress", "accounts.User", "auth.Group"} == set()


def test_address_cannot_be_changed_without_proof(client):
    assert client.get("/account/email/").status_code == 404


def test_invite_makes_an_account_without_password_and_mails_a_link(administrator):
    user = invite(name="Bea", email="Bea@hub.example.org", role=Role.OFFICER, by=administrator)

    email = Email.objects.get(kind="invitation")
    assert (user.email, user.has_usable_password()) == ("bea@hub.example.org", False)
    assert email.to_address == "bea@hub.example.org"
    assert "http://localhost:8000/account/password/reset/key/" in email.body_text


def test_invite_link_lets_the_colleague_choose_a_password(administrator, client):
    user = invite(name="Bea", email="bea@hub.example.org", role=Role.VIEWER, by=administrator)
    text = Email.objects.get(kind="invitation").body_text
    path = next(word for word in text.split() if "/password/reset/key/" in word).removeprefix("http://localhost:8000")

    form_page = client.get(path, follow=True)
    client.post(form_page.request["PATH_INFO"], {"password1": "violin and viola", "password2": "violin and viola"})

    user.refresh_from_db()
    assert user.check_password("violin and viola")


def test_invite_an_address_that_is_known_is_refused(administrator):
    with pytest.raises(ValidationError, match="already an account"):
        invite(name="Twin", email=administrator.email.upper(), role=Role.VIEWER, by=administrator)


def test_set_active_for_oneself_is_refused(administrator):
    with pytest.raises(ValidationError, match="your own right"):
        set_active(user=administrator, is_active=False, by=administrator)


def test_set_active_no_ends_the_running_session(administrator, client):
    officer = UserFactory()
    client.force_login(officer)

    set_active(user=officer, is_active=False, by=administrator)

    assert client.get(reverse("staff_home")).status_code == 302


@pytest.mark.parametrize("name", ["people", "invite"])
@pytest.mark.parametrize(
    ("role", "status"), [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 403), (Role.ADMINISTRATOR, 200)]
)
def test_people_pages_are_for_administrators(client, name, role, status):
    if role:
        client.force_login(UserFactory(role=role))

    assert client.get(reverse(name)).status_code == status


def test_invite_page_with_a_wrong_address_keeps_what_was_typed(client, administrator):
    client.force_login(administrator)

    response = client.post(reverse("invite"), {"name": "Bea", "email": "bea@", "role": "officer"})

    assert response.context["form"].errors == {"email": ["Enter an e-mail address like name@example.org."]}
    assert 'value="bea@"' in response.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_people_list_asks_the_same_number_of_queries(client, administrator, number, django_assert_num_queries):
    UserFactory.create_batch(number)
    client.force_login(administrator)

    with django_assert_num_queries(5):
        client.get(reverse("people"))
