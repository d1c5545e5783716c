"""Of two who change one thing, the later one is told who changed what, sees both and loses nothing."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from booking.people.models import Member, Role
from tests.forms.cases import EDITS, NOTHING_TO_LOSE
from tests.harness.pages import form_with, forms_on

REFUSED = {409, 422}


def picture(colour):
    file = BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return BytesIO(file.getvalue()), "a.png"


def complaints(page):
    """Give what a page says is wrong."""
    return re.findall(r"<li>(.*?)</li>|form-error[^>]*>(.*?)</div>", page, re.DOTALL)[-12:]


class Tab:
    """A browser in which somebody has opened the page of a form."""

    def __init__(self, browser, case, have):
        self.browser, self.case = browser, case
        self.page = case.page.format_map(have.ids)
        answer = browser.get(self.page)
        assert answer.status_code == 200, self.page
        self.form = self.find(answer.text)

    def find(self, text):
        names = (self.case.file or self.case.field,)
        found = form_with(text, *names, "drawn_from")
        assert found.fields["drawn_from"], f"{self.page} carries no version: make its form by EditForm.of"
        return found

    def send(self, **typed):
        files = {}
        if self.case.file:
            files = {self.case.file: picture(typed.pop("colour"))}
        sent = self.form.sending(**self.case.also, **typed)
        data = {name: sent.getlist(name) for name in sent} | files
        return self.browser.post(self.form.action or self.page, data=data, content_type="multipart/form-data")

    def again(self, answer):
        self.form = self.find(answer.text)
        return self.form


def two_tabs(case, have, world, sign_in):
    first = have.people[case.role]
    of = have.enterprise if first.enterprise_id else have.park
    second = world.member(of, case.role, name="后来的人")
    return Tab(sign_in(first), case, have), Tab(sign_in(second), case, have)


def typed_of(case):
    if case.file:
        return {"colour": "red"}, {"colour": "blue"}
    return {case.field: case.first}, {case.field: case.second}


@pytest.mark.parametrize("endpoint", EDITS)
def test_the_later_one_is_told_and_may_save_knowingly(endpoint, have, world, sign_in):
    case = EDITS[endpoint]
    one, two = two_tabs(case, have, world, sign_in)
    mine, theirs = typed_of(case)
    done = one.send(**mine)
    assert done.status_code == 302, complaints(done.text)
    told = two.send(**theirs, **dict([case.beside] if case.beside else []))
    assert told.status_code in REFUSED, f"{endpoint}: the later one overwrote the first unawares"
    assert have.people[case.role].name in told.text, "it says who changed it"
    assert "11月3日" in told.text, "and when"
    form = two.again(told)
    for name, value in theirs.items():
        if name in form.fields:
            assert form.fields[name] == value, "what was typed is still there"
    for said in filter(None, case.said if any(case.said) else (case.first, case.second)):
        assert worded(said) in told.text, f"{said} is not shown"
    if case.beside:
        assert form.fields[case.beside[0]] == case.beside[1]
    if case.again:
        kept = two.send(**(theirs if case.file else {}))
        assert kept.status_code == 302, complaints(kept.text)
        fresh = Tab(two.browser, case, have)
        if case.field and endpoint != "enterprises.left":
            assert fresh.form.fields[case.field] == case.second


def worded(said):
    """Give what a page shows of a typed value: days and times are written out."""
    written = {
        "2026-11-30": "11月30日 周一",
        "2026-12-31": "12月31日 周四",
        "2026-11-02T10:30": "11月2日 周一 10:30",
        "2026-11-02T10:45": "11月2日 周一 10:45",
    }
    return written.get(said, said)


def differing(number, have, world, sign_in, language="zh"):
    """Give the caption over what differs, where another changed so many fields."""
    case = EDITS["company.particulars"]
    _, two = two_tabs(case, have, world, sign_in)
    world.session.scalars(select(Member).where(Member.name == "后来的人")).one().language = language
    world.session.commit()
    changed = dict([(case.field, "一号楼"), ("phone", "021-5555 0102"), ("bank_name", "农商行")][:number])
    one = Tab(sign_in(have.people[case.role]), case, have)
    assert one.send(**changed).status_code == 302
    return re.search(r"<caption[^>]*>(.*?)</caption>", two.send(address="二号楼").text)[1].strip()


@pytest.mark.parametrize(
    ("number", "language", "said"),
    [(1, "zh", "1 处不同"), (3, "zh", "3 处不同"), (1, "en", "1 difference"), (2, "en", "2 differences")],
)
def test_what_differs_is_counted_truly(number, language, said, have, world, sign_in):
    assert differing(number, have, world, sign_in, language) == said


@pytest.mark.parametrize("endpoint", [name for name, case in EDITS.items() if case.beside and case.again])
def test_who_changed_another_field_keeps_both(endpoint, have, world, sign_in):
    case = EDITS[endpoint]
    one, two = two_tabs(case, have, world, sign_in)
    assert one.send(**{case.field: case.first}).status_code == 302
    name, value = case.beside
    told = two.send(**{name: value})
    assert told.status_code in REFUSED
    form = two.again(told)
    assert (form.fields[case.field], form.fields[name]) == (case.first, value)
    assert two.send().status_code == 302
    fresh = Tab(one.browser, case, have).form.fields
    assert (fresh[case.field], fresh[name]) == (case.first, value)


@pytest.mark.parametrize(
    "endpoint", [name for name, case in EDITS.items() if case.twice and case.again and not case.file]
)
def test_pressing_twice_is_no_trouble(endpoint, have, world, sign_in):
    case = EDITS[endpoint]
    one, _ = two_tabs(case, have, world, sign_in)
    mine, _ = typed_of(case)
    assert one.send(**mine).status_code == 302
    again = one.send(**mine)
    assert again.status_code == 302, complaints(again.text)


HOSTILE = (
    "", "null", "0", "[]", "{}", "[1,[]]", "[1,{}]", "[1,null]", "[null,{}]", '"x"', "NaN", "[1e999,{}]",
    "[-1000000000000000000000,{}]", "[[[[", '[1,{"__class__":"x","\\ud800":"x","csrf_token":1}]',
    "[1,{},{}]", "长" * 30_000, "[" * 10_000,
)  # fmt: skip


def is_told(tab, carried, typed, have):
    """Send a form that carries this; tell whether it was refused with both values in sight."""
    tab.browser.fills_in = False
    case, told = tab.case, tab.send(**typed, drawn_from=carried)
    if told.status_code not in REFUSED:
        return False
    said = case.said if any(case.said) else (case.first, case.second)
    kept = case.file or tab.find(told.text).fields[case.field] == typed[case.field]
    return kept and all(worded(one) in told.text for one in said if one)


@pytest.mark.parametrize("endpoint", EDITS)
def test_who_does_not_say_what_a_form_was_drawn_from_overwrites_nothing_unseen(
    endpoint, have, world, sign_in
):
    case = EDITS[endpoint]
    one, two = two_tabs(case, have, world, sign_in)
    mine, theirs = typed_of(case)
    assert one.send(**mine).status_code == 302
    assert is_told(two, "[1,{}]", dict(theirs), have)
    assert is_told(two, None, dict(theirs), have)


def test_nor_does_who_says_nonsense(have, world, sign_in):
    case = EDITS["inventory.area"]
    one, two = two_tabs(case, have, world, sign_in)
    assert one.send(name=case.first).status_code == 302
    assert [carried for carried in HOSTILE if not is_told(two, carried, {"name": case.second}, have)] == []
    assert "看不出这张表单是从哪一版打开的" in two.send(name=case.second, drawn_from="null").text


def test_every_way_to_change_something_stands_in_one_of_the_tables(app):
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert not set(EDITS) & set(NOTHING_TO_LOSE)
    unknown = posts - set(EDITS) - set(NOTHING_TO_LOSE)
    assert not unknown, (
        f"say in tests/forms/cases.py of {sorted(unknown)}: does it edit what is there? Then make "
        "its form an EditForm and give it a case in EDITS; else say in NOTHING_TO_LOSE why not"
    )
    assert not (set(EDITS) | set(NOTHING_TO_LOSE)) - posts, "these are gone"


def test_a_button_on_an_account_that_is_not_what_its_page_showed_does_nothing(have, world, sign_in):
    colleague = world.member(have.enterprise, name="何新")
    second = world.member(have.enterprise, Role.MANAGER)
    tabs = [sign_in(have.people[Role.MANAGER]), sign_in(second)]
    act = f"/company/people/{colleague.id}"
    make, close = (
        [
            next(form for form in forms_on(tab.get("/company/people").text) if form.action == f"{act}/{what}")
            for tab in tabs
        ][at]
        for at, what in enumerate(("manager", "close"))
    )
    tabs[0].post(make.action, data=make.fields)
    told = tabs[1].post(close.action, data=close.fields, follow_redirects=True)
    assert f"{have.people[Role.MANAGER].name} 于 11月3日" in told.text
    world.session.refresh(colleague)
    assert (colleague.role, colleague.active) == (Role.MANAGER, True)
