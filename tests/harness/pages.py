"""Reads the forms of a page as a browser does, so that a test sends what somebody would send."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from tests.forms.cases import EDITS

NOT_SENT = {"submit", "button", "image", "reset"}


# Where a form that edits stands, if not at the address it is sent to.
PAGES = {
    "enterprises.left": "{path}?left_on={left_on}",
    "front_desk.correct": "{path}/..",
    "front_desk.move_for": "{path}/..",
    "inventory.plan": "{path}/..",
    "park.day": "{path}/..?day={day}",
    "park.mark": "{path}/..",
}


class FormBrowser(FlaskClient):
    """A browser that sends what a form that edits was drawn from, where a test names only what is typed.

    It looks at the page just before it sends. `fills_in` tells whether it does so at all.
    """

    fills_in = True

    def post(self, *args, **facts):
        """Send, with the hidden version of the page as it is now unless the test gives one."""
        data = facts.get("data")
        if self.fills_in and args and type(data) is dict and "drawn_from" not in data:
            facts["data"] = {**data, **self._drawn_from(args[0], data)}
        return super().post(*args, **facts)

    def _drawn_from(self, url, data):
        path, mark, query = url.partition("?")
        try:
            endpoint, _ = self.application.url_map.bind("localhost").match(path, "POST")
        except HTTPException:
            return {}
        if endpoint not in EDITS:
            return {}
        page = PAGES.get(endpoint, "{path}").format_map({"left_on": "", "day": "", **data, "path": path})
        page = re.sub(r"/[^/]*/\.\.", "", page)
        drawn = [
            form.fields["drawn_from"]
            for form in forms_on(self.get(page + mark + query).text)
            if form.fields.get("drawn_from") and form.action.partition("?")[0] in {path, ""}
        ]
        return {"drawn_from": drawn[0]} if drawn else {}


@dataclass
class PageForm:
    """A form as it stands on a page: where it goes, what it sends, which files it takes."""

    action: str
    method: str
    fields: MultiDict = field(default_factory=MultiDict)
    files: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def sending(self, **typed):
        """Give what is sent once these fields are filled in; None empties one."""
        sent = MultiDict(self.fields)
        for name, value in typed.items():
            sent.poplist(name)
            if value is not None:
                sent.setlist(name, value if isinstance(value, list) else [value])
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.open: PageForm | None = None
        self.select: tuple[str, list[tuple[str, bool]], bool] | None = None
        self.area: list[str] | None = None

    def handle_starttag(self, tag, attrs):
        have = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = PageForm(have.get("action", ""), have.get("method", "get").lower())
            self.forms.append(self.open)
        elif self.open is not None and "disabled" not in have:
            self._control(tag, have)

    def _control(self, tag, have):
        name = have.get("name", "")
        if tag in {"input", "select", "textarea", "button"} and name:  # a button sends its name when pressed
            self.open.names.add(name)
        if tag == "input" and name:
            self._input(name, have)
        elif tag == "select":
            self.select = (name, [], "multiple" in have)
        elif tag == "option" and self.select:
            self.select[1].append((have.get("value", ""), "selected" in have))
        elif tag == "textarea":
            self.area = [name]

    def _input(self, name, have):
        kind = have.get("type", "text")
        if kind == "file":
            self.open.files.append(name)
        elif kind in {"checkbox", "radio"}:
            if "checked" in have:
                self.open.fields.add(name, have.get("value", "on"))
        elif kind not in NOT_SENT:
            self.open.fields.add(name, have.get("value", ""))

    def handle_data(self, data):
        if self.area is not None:
            self.area.append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        elif tag == "textarea" and self.area and self.open:
            text = "".join(self.area[1:]).replace("\r\n", "\n").removeprefix("\n")
            self.open.fields.add(self.area[0], text)
            self.area = None
        elif tag == "select" and self.select and self.open:
            name, options, many = self.select
            chosen = [value for value, selected in options if selected]
            for value in chosen if many or chosen else [value for value, _ in options[:1]]:
                self.open.fields.add(name, value)
            self.select = None


def forms_on(page: str) -> list[PageForm]:
    """Give the forms of a page, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def form_with(page: str, *names: str) -> PageForm:
    """Give the form that posts and has these fields."""
    found = [form for form in forms_on(page) if form.method == "post" and form.names >= set(names)]
    assert found, f"no form with {names} on the page: {[list(form.fields) for form in forms_on(page)]}"
    return found[0]
