"""What the portal's forms do for every field: pickers, sentences, and nothing typed is lost."""

import pytest
from django import forms
from django.template import Context, Template

from hubportal.forms import PortalForm


class DayForm(PortalForm, forms.Form):
    name = forms.CharField(label="Your name", widget=forms.TextInput(attrs={"placeholder": "Ada"}))
    email = forms.EmailField(label="Your e-mail")
    head_email = forms.EmailField(label="The head teacher's e-mail", required=False)
    day = forms.DateField(label="A day")
    start = forms.TimeField(label="From", required=False)
    begins = forms.DateTimeField(label="Begins", required=False)
    pupils = forms.IntegerField(label="Pupils", required=False)
    kind = forms.ChoiceField(label="Which?", choices=(("first", "First"),))
    letter = forms.FileField(label="A letter")
    consent = forms.BooleanField(label="You may keep this.")
    notes = forms.CharField(widget=forms.Textarea, required=False)
    why = forms.CharField(label="Why", error_messages={"required": "Say why."})


def drawn(form: forms.Form) -> str:
    return Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("name", "Fill in “Your name”."),
        ("day", "Give a date for “A day”."),
        ("kind", "Choose an answer for “Which?”."),
        ("letter", "Choose a file for “A letter”."),
        ("consent", "Tick “You may keep this.” to go on."),
        ("why", "Say why."),
    ],
)
def test_portal_form_left_empty_says_how_to_mend_each_field(name, sentence):
    assert DayForm({}).errors[name] == [sentence]


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("email", "ada at example", "Enter an e-mail address like name@example.org."),
        ("day", "31/2/2027", "Enter a real date, such as 27/3/2027."),
        ("start", "half three", "Enter a time such as 15:30."),
        ("begins", "soon", "Enter a real date and time, such as 27/3/2027 15:30."),
        ("pupils", "many", "Enter a whole number, such as 25."),
    ],
)
def test_portal_form_with_something_wrong_says_so_and_keeps_it(name, typed, sentence):
    form = DayForm({name: typed})

    assert form.errors[name] == [sentence]
    assert f'type="{"email" if name == "email" else "text"}"' in str(form[name])
    assert f'value="{typed}"' in str(form[name])


def test_portal_form_understands_british_dates_and_keeps_them_as_typed():
    form = DayForm({"day": "27/3/2027"})
    form.full_clean()

    assert form.cleaned_data["day"].isoformat() == "2027-03-27"
    assert 'type="text" name="day" value="27/3/2027"' in str(form["day"])


@pytest.mark.parametrize(
    ("name", "typed", "kind"),
    [("day", "2027-03-27", "date"), ("start", "15:30", "time"), ("begins", "2027-03-27T15:30", "datetime-local")],
)
def test_portal_form_shows_the_picker_what_it_understands(name, typed, kind):
    assert f'type="{kind}" name="{name}" value="{typed}"' in str(DayForm({name: typed})[name])


def test_portal_form_writes_nothing_inside_the_boxes_and_leaves_checking_to_the_server():
    html = drawn(DayForm())

    assert (html.count("placeholder"), html.count(" required"), html.count("<form"), html.count("csrf")) == (0, 0, 0, 0)


def test_portal_form_marks_what_is_optional():
    assert drawn(DayForm()).count("(optional)") == 5


def test_portal_form_as_a_filter_marks_nothing():
    class Filter(DayForm):
        marks_optional = False

    assert drawn(Filter()).count("(optional)") == 0


def test_portal_form_fills_in_only_ones_own_address():
    form = DayForm()

    assert form.fields["email"].widget.attrs["autocomplete"] == "email"
    assert "autocomplete" not in form.fields["head_email"].widget.attrs


def test_portal_form_leaves_the_class_as_it_was():
    DayForm()

    assert DayForm.base_fields["name"].widget.attrs == {"placeholder": "Ada"}
