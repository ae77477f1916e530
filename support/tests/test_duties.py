"""The hub's duties, from the file that is part of the program."""

from support.queries import hub_duties


def test_hub_duties_each_have_a_code_of_their_own_a_title_and_a_sentence():
    duties = hub_duties()

    assert [duty.code for duty in duties] == [f"H{number:02}" for number in range(1, 12)]
    assert [duty.code for duty in duties if not duty.title or not duty.text.endswith(".")] == []
