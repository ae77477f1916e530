"""The components: what they say, where they lead, and that nobody needs colour, a mouse or a script to use them."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.urls import reverse
from django.utils.html import strip_tags

from hubportal.accounts.models import Role
from hubportal.forms import PortalForm
from hubportal.problems import Problem, problems_of
from hubportal.templatetags.components import LEVELS, RATINGS, with_query
from schools.tests.factories import UserFactory


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def words(html: str) -> str:
    """What is read out: the text, without the pictures and the spaces between."""
    return " ".join(strip_tags(html).split())


class TripForm(PortalForm, forms.Form):
    name = forms.CharField(label="Your name")
    kind = forms.ChoiceField(label="Which meeting?", choices=(("first", "First"),), widget=forms.RadioSelect)

    def clean(self):
        raise forms.ValidationError("Give at least one day.")


TripFormSet = forms.formset_factory(TripForm, extra=0)


# Ratings and levels


@pytest.mark.parametrize(("rating", "word"), RATINGS.items())
def test_rag_badge_of_each_rating_says_its_word(rating, word):
    assert words(render("{% rag_badge rating=rating %}", rating=rating)) == word


def test_rag_badges_have_five_different_shapes():
    pictures = {re.search(r"<svg.*</svg>", render("{% rag_badge rating=key %}", key=key), re.S)[0] for key in RATINGS}

    assert len(pictures) == 5


def test_rag_badge_without_a_rating_is_not_discussed_and_never_red():
    assert render("{% rag_badge rating=None %}") == render("{% rag_badge rating='not_discussed' %}")


def test_rag_badge_of_an_unknown_rating_is_refused():
    with pytest.raises(KeyError, match="purple"):
        render("{% rag_badge rating='purple' %}")


@pytest.mark.parametrize(
    ("level", "filled"), [(None, 0), ("working_towards", 0), ("bronze", 1), ("silver", 2), ("gold", 3)]
)
def test_level_badge_fills_a_bar_for_each_step(level, filled):
    html = render("{% level_badge level=level %}", level=level)

    assert html.count('fill="currentColor"') == filled
    assert words(html) == (LEVELS[level] if level else "No award yet")


def test_rag_choice_marks_the_rating_in_force():
    html = render("{% rag_choice name='INT1' legend='Singing' value='amber' %}")

    assert re.findall(r'value="(\w+)" checked', html) == ["amber"]
    assert re.findall(r'type="radio" name="(\w+)"', html) == ["INT1"] * 5


def test_rag_profile_draws_a_tile_for_each_criterion_and_says_the_same():
    html = render("{% rag_profile sections=s %}", s=[{"title": "Intent", "counts": {"green": 2, "red": 1}}])

    assert re.findall(r"rag-mark rag-(\w+)", html) == ["green", "green", "red"]
    assert re.findall(r'rag-run rag-(\w+)" x="([\d.]+%)" y="28" width="([\d.]+%)"', html) == [
        ("green", "0%", "66.67%"),
        ("red", "66.67%", "33.33%"),
    ]
    assert re.findall(r"<desc>(.*)</desc>", html) == ["Intent: 2 green, 1 red."]
    assert re.findall(r'<td class="number">(\d)</td>', html) == ["2", "0", "1", "0", "0"]


def test_rag_profile_draws_all_sections_on_one_scale_and_adds_them_up():
    sections = [{"title": "Intent", "counts": {"green": 4}}, {"title": "Impact", "counts": {"green": 1, "amber": 1}}]

    html = render("{% rag_profile sections=s %}", s=sections)

    assert re.findall(r'width="([\d.]+%)" height="32"', html) == ["100%", "25%", "25%"]
    assert re.findall(r'<td class="number">(\d)</td>', html)[-5:] == ["5", "1", "0", "0", "0"]


def test_rag_profile_of_an_empty_section_says_that_nothing_is_rated():
    html = render("{% rag_profile sections=s %}", s=[{"title": "Intent", "counts": {}}])

    assert re.findall(r"<desc>(.*)</desc>", html) == ["Intent: nothing rated yet."]
    assert html.count(">Nothing rated yet</text>") == 1


def test_distance_picture_draws_from_then_to_now_and_says_the_same():
    rows = [{"title": "Intent", "then": 0, "now": 50, "number": 3}]

    html = render("{% distance_picture rows=rows then_label='May' now_label='June' %}", rows=rows)

    assert re.findall(r'class="distance-(\w+)" c?x1?="([\d.]+%)"', html) == [
        ("line", "4%"),
        ("way", "4%"),
        ("then", "4%"),
        ("now", "50%"),
    ]
    assert re.findall(r"<desc>(.*)</desc>", html) == ["Intent: from 0% to 50%."]
    assert re.findall(r'<td class="number">(.*)</td>', html) == ["0%", "50%", "3"]


def test_distance_picture_of_what_cannot_be_compared_draws_no_mark():
    rows = [{"title": "Intent", "then": None, "now": None, "number": 0}]

    html = render("{% distance_picture rows=rows then_label='May' now_label='June' %}", rows=rows)

    # The one of the key.
    assert html.count('class="distance-now"') == 1
    assert html.count('class="distance-way"') == 0
    assert re.findall(r"<desc>(.*)</desc>", html) == ["Intent: cannot be compared."]


# Tones


def test_status_tag_with_a_misspelt_tone_is_refused():
    with pytest.raises(ValueError, match="“sucess” is not a tone"):
        render("{% status_tag text='Sent' tone='sucess' %}")


@pytest.mark.parametrize(
    ("tone", "said", "role"),
    [("error", "Problem: Saved.", "alert"), ("success", "Done: Saved.", "status"), ("debug", "Note: Saved.", "status")],
)
def test_notice_of_a_message_is_announced_with_its_tone_in_words(tone, said, role):
    html = render("{% notice text='Saved.' tone=tone is_live=True %}", tone=tone)

    assert words(html) == said
    assert re.findall(r'role="(\w+)"', html) == [role]


def test_notice_that_was_always_there_is_not_announced():
    assert re.findall("role=", render("{% notice text='Schools need no account.' %}")) == []


# Errors


def test_error_summary_of_an_untouched_form_is_nothing():
    assert words(render("{% error_summary form=form %}", form=TripForm())) == ""


def test_error_summary_links_lead_to_what_is_on_the_page():
    form = TripForm({})
    html = render("{% error_summary form=form %}{% load crispy_forms_tags %}{% crispy form %}", form=form)

    links = re.findall(r'<a href="#([\w-]+)">', html)

    assert links == ["form-errors", "id_name", "id_kind_0"]
    assert [link for link in links if f'id="{link}"' not in html] == []


def test_error_summary_of_a_formset_names_the_entry():
    formset = TripFormSet({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"})
    formset.forms[0].empty_permitted = False

    assert problems_of(formset) == [
        Problem("Entry 1: Give at least one day.", "#form-0-errors"),
        Problem("Entry 1: Fill in “Your name”.", "#id_form-0-name"),
        Problem("Entry 1: Choose an answer for “Which meeting?”.", "#id_form-0-kind_0"),
    ]


@pytest.mark.parametrize(
    ("widget", "reassured"), [(forms.TextInput, True), (forms.PasswordInput, False), (forms.FileInput, False)]
)
def test_error_summary_promises_only_what_browsers_keep(widget, reassured):
    form = type("OneFieldForm", (PortalForm, forms.Form), {"field": forms.CharField(widget=widget)})({})

    html = render("{% error_summary form=form %}", form=form)

    assert ("Everything you typed is still here." in html) is reassured


def test_field_errors_are_tied_to_the_field_and_stand_before_it():
    html = render("{% load crispy_forms_tags %}{% crispy form %}", form=TripForm({"kind": "first"}))

    assert re.search(r'<input[^>]*id="id_name"[^>]*>', html)[0].count('aria-describedby="id_name_error"') == 1
    assert html.index('id="id_name_error"') < html.index('id="id_name"')


# Lists


@pytest.mark.parametrize(
    ("current", "aria", "url"),
    [("name", "ascending", "?q=hill&sort=-name"), ("-name", "descending", "?q=hill&sort=name"),
     ("town", "none", "?q=hill&sort=name"), (None, "none", "?q=hill&sort=name")],
)  # fmt: skip
def test_sort_heading_turns_round_and_goes_to_the_first_page(current, aria, url):
    html = render(
        "{% sort_heading label='Name' key='name' current=current query=query %}",
        current=current,
        query=QueryDict("q=hill&page=3"),
    )

    assert re.search(r'aria-sort="(\w+)"', html)[1] == aria
    assert re.search(r'href="([^"]+)"', html)[1] == url.replace("&", "&amp;")


def test_with_query_keeps_every_value_of_a_filter():
    assert with_query(QueryDict("area=1&area=2&page=3"), page=4) == "?area=1&area=2&page=4"


@pytest.mark.parametrize(
    ("count", "number", "said"),
    [
        (0, 1, "No schools"),
        (1, 1, "1 school"),
        (25, 1, "25 schools"),
        (26, 1, "1 to 25 of 26 schools Page 1 Page 2 Next page ›"),
        (26, 2, "26 to 26 of 26 schools ‹ Previous page Page 1 Page 2"),
    ],
)
def test_pagination_says_what_is_shown_and_leads_to_the_rest(count, number, said):
    page = Paginator(range(count), 25).page(number)

    html = render("{% pagination page=page query=query noun='schools' singular='school' %}", page=page, query=None)

    assert words(html.replace("&nbsp;", " ")) == said


def test_pagination_of_every_list_has_a_word_for_one():
    uses = [
        f"{path.name}: {use}"
        for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        for use in re.findall(r"{% pagination [^%]*%}", path.read_text())
        if path.name != "gallery.html"
    ]

    assert [use for use in uses if " singular=" not in use] == []
    assert len(uses) >= 8


def test_timeline_shows_a_time_only_where_there_is_one():
    events = [
        {"at": dt.datetime(2026, 7, 1, 8, 30, tzinfo=dt.UTC), "what": "Pack sent", "by": "Rosa Marsh"},
        {"at": dt.date(2026, 6, 30), "what": "Conversation"},
    ]

    html = render("{% timeline events=events %}", events=events)

    assert words(html) == "Pack sent 1 July 2026, 09:30 · Rosa Marsh Conversation 30 June 2026"


@pytest.mark.parametrize(
    ("current", "states"),
    [
        (None, ["ahead", "ahead", "ahead"]),
        ("Asked", ["current", "ahead", "ahead"]),
        ("book", ["done", "current", "ahead"]),
        ("done", ["done", "done", "done"]),
    ],
)
def test_progress_steps_knows_what_is_done(current, states):
    steps = ["Asked", {"label": "Booked", "key": "book"}, "Award"]

    html = render("{% progress_steps steps=steps current=current %}", steps=steps, current=current)

    assert re.findall(r'class="step step-(\w+)"', html) == states


def test_action_list_links_only_what_waits():
    items = [
        {"label": "packs to send", "count": 2, "url": "/packs/", "empty": "No packs to send"},
        {"label": "mails that failed", "count": 0, "url": "/mail/", "empty": "No mail has failed"},
    ]

    html = render("{% action_list items=items %}", items=items)

    assert re.findall(r'href="([^"]+)"', html) == ["/packs/"]
    assert words(html) == "2 packs to send 0 No mail has failed"


def test_action_list_with_nothing_waiting_says_so():
    html = render("{% action_list items=items %}", items=[{"label": "packs", "count": 0, "empty": "No packs"}])

    assert words(html) == "Nothing needs you today. 0 No packs"


def test_summary_list_takes_pairs_and_shows_what_is_missing():
    html = render("{% summary_list rows=rows %}", rows=[("URN", 123456), ("Telephone", None), ("Pupils", 0)])

    assert words(html) == "URN 123456 Telephone – Pupils 0"


# Downloads and buttons


@pytest.mark.parametrize(
    ("size", "kind", "said"),
    [
        (184320, "pdf", "Certificate (PDF, 180 KB)"),
        ("4 KB", "svg", "Certificate (SVG, 4 KB)"),
        (None, "", "Certificate"),
    ],
)
def test_file_link_says_what_comes(size, kind, said):
    html = render("{% file_link url='/c/' label='Certificate' size=size kind=kind %}", size=size, kind=kind)

    assert words(html) == said


def test_button_form_posts_with_the_token_and_its_fields():
    html = render("{% button_form url='/send/' label='Send' fields=fields %}", csrf_token="abc", fields={"to": "head"})

    assert re.findall(r'method="(\w+)" action="([^"]+)"', html) == [("post", "/send/")]
    assert re.findall(r'name="(\w+)" value="(\w+)"', html) == [("csrfmiddlewaretoken", "abc"), ("to", "head")]


def test_button_form_with_a_question_opens_before_it_acts():
    html = render("{% button_form url='/x/' label='Cancel the meeting' confirm='Everyone gets an e-mail.' %}")

    assert words(html) == "Cancel the meeting Everyone gets an e-mail. Yes, cancel the meeting"
    assert html.index("<details") < html.index('type="submit"') < html.index("</details>")


def test_components_escape_what_people_typed():
    html = render("{% page_header title=title %}{% notice text=title %}", title="<script>alert(1)</script>")

    assert html.count("<script>") == 0


# The gallery


def test_gallery_asks_an_anonymous_visitor_to_sign_in(client, db):
    response = client.get(reverse("components"))

    assert (response.status_code, response.url) == (302, "/account/login/?next=/staff/components/")


@pytest.mark.parametrize("role", Role.values)
def test_gallery_is_open_to_all_staff(client, db, role):
    client.force_login(UserFactory(role=role))

    assert client.get(reverse("components")).status_code == 200


def test_gallery_holds_no_inline_style_or_script(client, db):
    client.force_login(UserFactory(role=Role.VIEWER))

    html = client.get(reverse("components")).content.decode()

    assert re.findall(r'<[^>]+\s(?:style|on\w+)="[^"]*"|<style|<script(?![^>]*\ssrc=)[^>]*>', html) == []


def test_gallery_shows_every_component(client, db):
    client.force_login(UserFactory(role=Role.VIEWER))

    html = client.get(reverse("components")).content.decode()

    classes = ("rag ", "rag-choice", "level ", "status ", "page-header", "empty-state", "error-summary", "summary-list",
               "timeline", "pagination-bar", "sort-link", "action-list", "notice ", "stat", "rag-profile", "distance",
               "steps", "file-link", "button-form")  # fmt: skip
    assert [name for name in classes if f'class="{name}' not in html] == []
