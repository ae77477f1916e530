import pytest
from django.urls import reverse

from meetings.tests.factories import MeetingFactory
from schools.tests.factories import SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["meeting_move", "meeting_cancel"])
def test_move_and_cancel_pages_say_which_meeting(client, name):
    client.force_login(UserFactory())
    meeting = MeetingFactory(school=SchoolFactory(name="Ash Primary School"))

    text = client.get(reverse(name, args=[meeting.pk])).content.decode()

    assert text.count("Ash Primary School") == 1
    assert f'href="{reverse("meeting_detail", args=[meeting.pk])}"' in text
    assert meeting.officer.name in text
