import pytest
from django.core.exceptions import ImproperlyConfigured

from hubportal.deploy_checks import check_safe_for_production, problems, refuse_unsafe_start

SAFE = {
    "SECRET_KEY": "long and random",
    "IS_HTTPS": True,
    "DEMO": False,
    "DEBUG": False,
    "SECOND_FACTOR_REQUIRED": True,
}


def use(settings, **changes):
    for name, value in (SAFE | changes).items():
        setattr(settings, name, value)


def test_refuse_unsafe_start_lets_a_safe_portal_start(settings):
    use(settings)

    refuse_unsafe_start()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"DEMO": True}, "hubportal.E002"),
        ({"DEBUG": True}, "hubportal.E002"),
        ({"SECOND_FACTOR_REQUIRED": False}, "hubportal.E003"),
    ],
)
def test_refuse_unsafe_start_names_what_is_wrong(settings, changes, code):
    use(settings, **changes)

    assert [found for found, _ in problems()] == [code]
    assert [error.id for error in check_safe_for_production()] == [code]
    with pytest.raises(ImproperlyConfigured):
        refuse_unsafe_start()


def test_refuse_unsafe_start_without_a_key_even_on_a_developers_machine(settings):
    use(settings, SECRET_KEY=settings.INSECURE_KEY, IS_HTTPS=False)

    with pytest.raises(ImproperlyConfigured, match="Set SECRET_KEY"):
        refuse_unsafe_start()


def test_a_demo_on_a_developers_machine_may_start(settings):
    use(settings, IS_HTTPS=False, DEMO=True, DEBUG=True, SECOND_FACTOR_REQUIRED=False)

    refuse_unsafe_start()
