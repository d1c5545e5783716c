"""Bad input gets a sentence beside the field that caused it, and nothing that was typed is lost."""

from __future__ import annotations

from html import unescape

from tests.forms.input_cases import TYPED
from tests.harness.pages import form_with

FAR_TOO_LONG = "长" * 6000


def test_each_field_of_each_form_says_what_is_wrong_and_keeps_the_others(have, sign_in):
    wrong = []
    for endpoint, case in TYPED.items():
        browser, page = sign_in(have.people[case.role]), case.page.format_map(have.ids)
        form = form_with(browser.get(page).text, *case.typed)
        for name in case.typed:
            answer = browser.post(form.action or page, data=form.sending(**case.typed | {name: FAR_TOO_LONG}))
            kept = unescape(answer.text)
            lost = [other for other, value in case.typed.items() if other != name and value not in kept]
            if answer.status_code != 422 or "form-error" not in answer.text or lost:
                wrong.append(f"{endpoint}, {name}: {answer.status_code}, lost {lost}")
    assert not wrong, "\n".join(wrong)
