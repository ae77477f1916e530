import pytest
from django.http import HttpResponse

from hubportal.throttle import household, is_over_limit, network_address, throttled

pytestmark = pytest.mark.django_db


@throttled(action="ask", limit=2)
def ask(request):
    return HttpResponse("asked")


def test_throttled_over_the_limit_answers_429(rf):
    statuses = [ask(rf.post("/", REMOTE_ADDR="192.0.2.1")).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]


def test_throttled_counts_each_address_and_each_action_by_itself(rf):
    @throttled(action="other", limit=2)
    def other(request):
        return HttpResponse("other")

    for _ in range(3):
        ask(rf.post("/", REMOTE_ADDR="192.0.2.2"))

    assert ask(rf.post("/", REMOTE_ADDR="192.0.2.3")).status_code == 200
    assert other(rf.post("/", REMOTE_ADDR="192.0.2.2")).status_code == 200


def test_throttled_does_not_count_reading(rf):
    statuses = [ask(rf.get("/", REMOTE_ADDR="192.0.2.4")).status_code for _ in range(4)]

    assert statuses == [200] * 4


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_network_address_believes_only_the_known_proxies(rf, settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)

    assert network_address(request) == expected


@pytest.mark.parametrize(
    ("address", "visitor"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_household_is_one_ipv6_network(address, visitor):
    assert household(address) == visitor


def test_throttled_counts_asking_for_the_head_as_asking(rf):
    @throttled(action="look", method="GET", limit=1)
    def look(request):
        return HttpResponse("seen")

    statuses = [look(rf.head("/", REMOTE_ADDR="192.0.2.5")).status_code for _ in range(2)]

    assert statuses == [200, 429]


def test_throttle_of_a_visitor_outlives_hundreds_of_others(rf):
    request = rf.post("/", REMOTE_ADDR="192.0.2.1")
    first = [is_over_limit(request, action="form", limit=1) for _ in range(2)]

    for number in range(400):
        is_over_limit(rf.post("/", REMOTE_ADDR=f"2001:db8:0:{number:x}::1"), action="form", limit=1)

    assert first == [False, True]
    assert is_over_limit(request, action="form", limit=1)
