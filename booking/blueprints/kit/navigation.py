"""The frame around a page: park, reader, language, theme, and the places of each role."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast

from flask import Flask, Request, current_app, g, request, url_for
from flask_login import current_user

from booking import __version__
from booking.blueprints.kit.access import STAFF
from booking.blueprints.kit.http import asked_in_place
from booking.blueprints.kit.month_sheet import wall
from booking.blueprints.kit.session import unread_letters
from booking.blueprints.kit.static_files import asset
from booking.language import gettext, language_tag
from booking.mail.queries import MOST_COUNTED
from booking.parks.models import Park
from booking.people.models import Member, Role


@dataclass(frozen=True, slots=True)
class Item:
    """One place of the navigation, finished."""

    label: str
    url: str
    icon: str
    current: bool
    badge: str = ""
    badge_words: str = ""  # the same for who hears the page


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item leads, and the blueprints whose pages belong to it."""

    endpoint: str
    label: str
    icon: str
    blueprints: tuple[str, ...]


COMPANY = ("company", "asked", "rights", "robots")
MORE = ("more", "inbox", "reminders", *COMPANY, "cycle", "park", "preferences", "sign_in")

BOOKING = ("calendar", "plans", "reservations", "series", "waiting", "feeds")
SPACES = ("utilisation", "idle_places")


def _tenant_places() -> list[Place]:
    return [
        Place("today.index", gettext("今天"), "home", ("today", "scan", "needs")),
        Place("calendar.day", gettext("预订"), "calendar", BOOKING),
        Place("statement.show", gettext("账单"), "bill", ("statement", "invoices")),
        Place("savings.show", gettext("节省"), "savings", ("savings",)),
        Place("more.index", gettext("更多"), "more", (*MORE, "activities", "activity_guests")),
    ]


def _admin_places() -> list[Place]:
    return [
        Place(
            "front_desk.index",
            gettext("今天"),
            "home",
            ("front_desk", "calendar", "reservations", "series", "waiting", "scan", "needs"),
        ),
        Place("inventory.spaces", gettext("空间"), "door", ("inventory", "exchange", "plans", *SPACES)),
        Place("closing.index", gettext("计费"), "bill", ("closing", "tariffs", "disputes", "invoices")),
        Place("enterprises.index", gettext("企业"), "building", ("enterprises", "quotas", "savings")),
        Place(
            "more.index", gettext("更多"), "more", (*MORE, "activities", "activity_guests", "month", "report")
        ),
    ]


def _branch_places() -> list[Place]:
    return [
        Place("month.index", gettext("本月"), "home", ("month", "report", "savings")),
        Place("needs.index", gettext("诉求"), "talk", ("needs",)),
        Place("activities.index", gettext("活动"), "people", ("activities", "activity_guests")),
        Place("utilisation.show", gettext("空间"), "chart", (*SPACES, "calendar", "plans", "scan")),
        Place("more.index", gettext("更多"), "more", (*MORE, "enterprises")),
    ]


class _Here(NamedTuple):
    """All that the places of a role are told and drawn by, so that they are made once for it."""

    role: Role
    language: str
    endpoint: str | None
    blueprint: str | None
    root: str
    unread: str
    icons: str


@lru_cache(maxsize=1_024)
def _items(here: _Here) -> Sequence[Item]:
    return tuple(
        Item(
            label=place.label,
            url=_address(here.root, place.endpoint),
            icon=place.icon,
            current=here.endpoint == place.endpoint or here.blueprint in place.blueprints,
            **(_unread() if "inbox" in place.blueprints else {}),
        )
        for place in PLACES[here.role]()
    )


@lru_cache(maxsize=1_024)
def _drawn(here: _Here, draw: Callable[[Sequence[Item]], str]) -> str:
    return draw(_items(here))


def _unread() -> dict[str, str]:
    """Mark the place that leads to the inbox with the letters that came since it was opened."""
    return {"badge": unread_figure(), "badge_words": unread_badge()}


def unread_figure() -> str:
    """Write how many letters came since the inbox was opened: 3, 99+; "" where none."""
    count = unread_letters()
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count or "")


def unread_badge() -> str:
    """Say so in words; "" where none."""
    figure = unread_figure()
    return str(gettext("%(count)s 封未读", count=figure)) if figure else ""


@lru_cache(maxsize=256)
def _address(_script_root: str, endpoint: str) -> str:
    """Give the address of a place without the month on the wall; under one root it is always the same."""
    return url_for(endpoint, projector=None)


def url_in_page(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as Flask's own
    """Give an address as `url_for` does; the same for ever where nothing is said of it, but on the wall."""
    here: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - asked often
    if values or "projector" in here.args or endpoint.startswith("."):
        return url_for(endpoint, **values)
    return _address(here.script_root, endpoint)


THEMES = ("light", "dark")


def theme() -> str:
    """Tell the theme the reader chose, or "" where the device decides."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else ""


PLACES = {
    "member": _tenant_places,
    "manager": _tenant_places,
    "admin": _admin_places,
    "branch": _branch_places,
}


class Frame:
    """What base.html needs; each part is found when it is first asked for, and only then.

    A page of trouble asks for language and theme alone, so it can be shown without a database.
    """

    @cached_property
    def layout(self) -> str:
        """What a page stands in: the whole frame, or nothing where htmx puts it into a page that is there."""
        return "in_place.html" if asked_in_place() else "base.html"

    @cached_property
    def language(self) -> str:
        """The language of the page, for its `lang`."""
        return language_tag()

    @cached_property
    def other_language(self) -> tuple[str, str]:
        """The language that the page is not in, and its own name, for who has no account."""
        return ("zh", "中文") if self.language == "en" else ("en", "English")

    @cached_property
    def here(self) -> str:
        """The page's own address, to come back to."""
        return request.full_path.rstrip("?")

    @cached_property
    def theme(self) -> str:
        """The chosen theme, or ""."""
        return theme()

    @cached_property
    def member(self) -> Member | None:
        """The signed-in member, or None."""
        return getattr(current_user, "member", None)

    @cached_property
    def park_name(self) -> str:
        """The reader's park, or that of the page; the product's name where none is known."""
        park: Park | None = self.member.park if self.member else g.get("park_at_hand")
        if park is None:
            return str(gettext("园区共享服务空间"))
        return (park.name_en or park.name) if self.language == "en" else park.name

    @cached_property
    def _here(self) -> _Here | None:
        now: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - asked often
        place = (now.endpoint, now.blueprint, now.script_root)
        if self.member is None:
            return None
        return _Here(self.member.role, self.language, *place, unread_figure(), asset("icons.svg"))

    @cached_property
    def nav(self) -> Sequence[Item]:
        """The reader's places; none for somebody not signed in."""
        return _items(self._here) if self._here else ()

    @cached_property
    def nav_links(self) -> str:
        """The same as links, drawn; they stand in a page twice."""
        page = current_app.jinja_env.get_template("components/nav_links.html")
        return _drawn(self._here, page.module.nav_links) if self._here else ""  # type: ignore[attr-defined]  # its macro

    @cached_property
    def ask_url(self) -> str:
        """Where one says what one needs: about the place before whose door one stands, or the park."""
        at_door = (request.view_args or {}).get("scan_code")
        return url_for("needs.ask_at", scan_code=at_door) if at_door else url_in_page("needs.ask")

    @cached_property
    def wall_url(self) -> str:
        """Where a page reached from the month on the wall leads back to, or ""."""
        return wall.way_back() if self.member and self.member.role in STAFF else ""

    @property
    def version(self) -> str:
        """The product's version, for who reports a fault."""
        return __version__

    @cached_property
    def is_a_place(self) -> bool:
        """Whether this page is one of the places itself, so that no way leads to it."""
        return request.path in {item.url for item in self.nav} | {"/"}

    @cached_property
    def home_url(self) -> str:
        """Where the park's name leads."""
        return self.nav[0].url if self.nav else "/"

    @cached_property
    def user_name(self) -> str:
        """The reader's name, or ""."""
        return self.member.name if self.member else ""

    @cached_property
    def user_detail(self) -> str:
        """The reader's enterprise, or what they do for the park."""
        if not self.member:
            return ""
        if self.member.enterprise:
            return self.member.enterprise.short_name
        return str(gettext("园区党支部") if self.member.role == "branch" else gettext("园区管理员"))

    @cached_property
    def sign_out_url(self) -> str:
        """Where to sign out."""
        return url_in_page("sign_in.out")


def _frame() -> Frame:
    """Give the frame of this request, the same one as long as it is for the same reader in one language."""
    reader = (language_tag(), g.get("_login_user"))
    known, frame = g.get("frame", (None, None))
    if frame is None or known != reader:
        frame = Frame()
        g.frame = (reader, frame)
    return cast("Frame", frame)


def trail(items: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Begin the way to a page at the reader's place that it belongs to; a way of one step is none."""
    place = next((item for item in _frame().nav if item.current), None)
    if place is not None and items[0][1].partition("?")[0] != place.url:
        items = [(place.label, place.url), *items]
    return items if len(items) > 1 else ()


def init(app: Flask) -> None:
    """Give every page its frame."""
    app.context_processor(lambda: {"frame": _frame()})
    app.jinja_env.globals["trail"] = trail
    app.jinja_env.globals["url_for"] = url_in_page
