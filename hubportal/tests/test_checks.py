import pytest

from hubportal.checks import inline_problems, template_problems


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("<p>\n<script>go()</script>", "line 2: a script without src"),
        ("<script type='module'>go()</script>", "line 1: a script without src"),
        ("<style>p { color: red }</style>", "line 1: a style element"),
        ('<p class="a" style="color: red">', "line 1: a style attribute"),
        ('<button onclick="go()">', "line 1: an event attribute"),
        ('<a href="javascript:go()">', "line 1: a javascript: address"),
    ],
)
def test_inline_code_is_found(source, problem):
    assert inline_problems(source) == [f"{problem} (the Content-Security-Policy blocks it)"]


@pytest.mark.parametrize(
    "source",
    [
        '<script type="module" src="{% static "js/a.js" %}"></script>',
        '<link rel="stylesheet" href="a.css">',
        '<button type="submit" data-once="on">',
        "<p>The style = one of many, on the day.</p>",
    ],
)
def test_code_in_files_is_not_taken_for_inline_code(source):
    assert inline_problems(source) == []


def test_template_that_does_not_compile_is_found(tmp_path):
    (tmp_path / "page.html").write_text("{% if hub %}")

    found = list(template_problems(tmp_path))

    assert len(found) == 1
    assert found[0].startswith("templates/page.html: Unclosed tag on line 1: 'if'.")


def test_template_of_a_mail_may_have_inline_styles(tmp_path):
    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / "body.html").write_text('<p style="margin: 0">')

    assert list(template_problems(tmp_path)) == []
