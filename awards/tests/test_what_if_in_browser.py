"""What if? in a real browser: the result follows each choice, also for those who hear it, and says when it cannot."""

import pytest
from playwright.sync_api import Page, expect

from audits.tests.factories import make_open_audit
from hubportal.tests.browser import assert_accessible, assert_readable_in_the_dark

pytestmark = pytest.mark.browser


def test_what_if_follows_each_choice_and_says_when_there_is_no_network(
    client, officer, page: Page, live_server, settings, transactional_db
):
    audit = make_open_audit(default="green", ratings={"P-INT-01": "amber", "P-INT-02": "not_discussed"})
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/audits/{audit.pk}/what-if/")
    result, said = page.locator("[data-result]"), page.locator("[data-said]")
    expect(result).to_contain_text("No award yet: 1 criterion still needs an agreed rating")
    assert_accessible(page)

    page.locator("#P-INT-02-green").check()
    expect(result.locator("[data-says]")).to_contain_text("Gold, with 94.4% overall")
    expect(said).to_contain_text("Gold, with 94.4% overall")
    expect(page.locator("[data-row]", has=page.locator("#P-INT-02-green"))).to_contain_text("Today: Not discussed")
    assert "P-INT-02=green" in page.url
    assert_accessible(page)
    assert_readable_in_the_dark(page)

    page.reload()
    expect(page.locator("#P-INT-02-green")).to_be_checked()

    page.context.set_offline(True)
    page.locator("#P-INT-01-green").check()
    expect(said).to_contain_text("There is no network")
    page.context.set_offline(False)
    expect(page.locator("[data-trouble]")).to_be_hidden()
    expect(result).to_contain_text("Gold, with 100% overall")

    page.get_by_role("link", name="Back to the ratings of today").click()
    expect(page.locator("#P-INT-01-amber")).to_be_checked()
    assert audit.ratings.get(criterion__code="P-INT-01").agreed == "amber"
