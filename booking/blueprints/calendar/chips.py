"""What was understood of a sentence, as chips: each leads to where it is corrected, or taken away.

And the ways to book a place that suits it.
"""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import request, url_for

from booking import clock
from booking.blueprints.calendar.said import AskedFor
from booking.blueprints.kit.availability import SEATED, Offer
from booking.blueprints.kit.filters import day as day_text, duration, full_day
from booking.blueprints.kit.labels.spaces import kind_name, people_label, thing_name
from booking.blueprints.kit.pagination import this_page
from booking.blueprints.kit.session import my_park
from booking.language import gettext, local_name
from booking.spaces.models import Kind
from booking.understand.plain_text import LONGEST, ONE_DAY
from booking.understand.sentence import every_week
from booking.understand.understood import Understood, soonest_day, unclear_day, unclear_hour
from booking.values.writing import minute_clock


def when_args(asked: AskedFor) -> dict[str, Any]:
    """Write the time as fields of a form."""
    if asked.kind is Kind.STORAGE:
        return {"day": asked.at.day, "until": asked.at.until or ""}
    starts, ends = minute_clock(asked.at.starts), minute_clock(asked.at.ends)
    return {"day": asked.at.day, "starts": starts, "ends": ends}


class Chip(NamedTuple):
    """One thing that was understood, where to correct it, and the page without it.

    `assumed` was not said; `asked` was, and not understood.
    """

    text: str
    url: str
    without_url: str = ""
    assumed: bool = False
    note: str = ""
    asked: bool = False


def search_url(asked: AskedFor, field: str = "") -> str:
    """Write the address of the search form with everything filled in, at one of its fields."""
    when = {name: value for name, value in when_args(asked).items() if value}
    if asked.said.space:
        when["space"] = asked.said.space
    if asked.near is not None:
        when["near"] = asked.said.near
    if asked.series is not None:
        when |= asked.series.args
    args = asked.searched_for.args(kind=asked.kind.value, **when)
    return url_for("calendar.search", _anchor=field or None, **args)


def chips(asked: AskedFor, series_url: str = "") -> list[Chip]:
    """Say what was understood, one thing a chip; how often is corrected in the form of the series."""
    said = asked.said
    found = [
        _chip(asked, "kind", kind_name(asked.kind), "", assumed=asked.kind_is_assumed),
        _chip(
            asked,
            "day",
            _day_label(asked),
            "day",
            assumed="day" in asked.at.assumed,
            away=said.day is not None,
        ),
    ]
    if asked.kind is not Kind.STORAGE:
        when = _chip(asked, "time", _time_label(asked), "starts", assumed="starts" in asked.at.assumed)
        found.append(_asked_back(when, gettext("几点？"), unclear_hour(said)))
    found[1] = _asked_back(found[1], gettext("哪一天？"), unclear_day(said))
    if said.space:
        found.insert(1, _chip(asked, "space", space_label(asked), "space"))
    found += _wanted(asked)
    if said.repeat:
        often = _chip(asked, "repeat", asked.often, "")
        found.append(often._replace(url=f"{series_url}#frequency") if series_url else often)
    return found


def _wanted(asked: AskedFor) -> list[Chip]:
    """Say what it must be like, where, and what it is for."""
    said = asked.said
    sizes = {"large": gettext("大的优先"), "small": gettext("小的优先")}
    told = [
        ("size", sizes.get(said.size or "", ""), ""),
        ("people", people_label(said.people) if said.people else "", "people"),
        *((f"equipment:{name}", thing_name(name), "equipment") for name in said.equipment),
        ("area", said.area, "area"),
        ("near", gettext("离%(name)s近", name=said.near) if said.near else "", ""),
        ("purpose", said.purpose, ""),
    ]
    return [_chip(asked, name, words, field) for name, words, field in told if words]


def _chip(
    asked: AskedFor, name: str, text: str, field: str, *, assumed: bool = False, away: bool = True
) -> Chip:
    dropped = [*request.args.getlist("but"), name]
    taken = this_page(but=dropped, say=request.args.get("say", "").strip()[:LONGEST])
    note = gettext("没说，先这样找") if assumed else ""
    return Chip(text, search_url(asked, field), taken if away and not assumed else "", assumed, note)


def _asked_back(chip: Chip, question: str, unclear: str) -> Chip:
    """Ask for what was said and not understood, rather than show what is looked for instead."""
    if not (chip.assumed and unclear):
        return chip
    return chip._replace(text=question, note=gettext("没听懂，先按%(what)s找", what=chip.text), asked=True)


def either_half(asked: AskedFor) -> Sequence[tuple[str, str]]:
    """Offer both halves of the day where 7点 may be of either: each is the same sentence with it chosen."""
    if asked.said.early is None:
        return ()
    said, dropped = request.args.get("say", "").strip()[:LONGEST], request.args.getlist("but")
    early, late = (minute_clock(one) for one in (asked.said.early[0], asked.at.starts))
    return [
        (gettext("早上 %(time)s", time=early), this_page(but=[*dropped, "evening"], say=said)),
        (gettext("晚上 %(time)s", time=late), this_page(but=[*dropped, "morning"], say=said)),
    ]


def space_label(asked: AskedFor) -> str:
    """Give the name of the space that was said, in the reader's language; of several what they share."""
    if len(asked.named) != 1:
        return asked.said.space or ""
    return local_name(asked.named[0].name, asked.named[0].name_en)


def _day_label(asked: AskedFor) -> str:
    if asked.kind is not Kind.STORAGE:
        return day_text(asked.at.day)
    if asked.at.until is None:
        return str(gettext("%(day)s 起", day=full_day(asked.at.day)))
    return f"{full_day(asked.at.day)}–{full_day(asked.at.until)}"


def _time_label(asked: AskedFor) -> str:
    times_said = f"{minute_clock(asked.at.starts)}–{minute_clock(asked.at.ends)}"
    if asked.is_of_either_half:
        times_said = str(gettext("%(times)s，按晚上", times=times_said))
    if asked.at.window is None:
        only_start = "ends" in asked.at.assumed and "starts" not in asked.at.assumed
        return str(gettext("%(times)s，没说多久", times=times_said)) if only_start else times_said
    starts, ends = (minute_clock(one) for one in asked.at.window)
    window, length = f"{starts}–{ends}", duration(asked.at.ends - asked.at.starts)
    if "ends" in asked.at.assumed:
        return str(gettext("%(window)s 之间 %(length)s，没说多久", window=window, length=length))
    return str(gettext("%(window)s 之间 %(length)s", window=window, length=length))


def how_many(sentence: str, vague: tuple[str, int]) -> Sequence[tuple[str, str]]:
    """Offer numbers that 十来个人 may mean: each is the same sentence with that number in it."""
    words, least = vague
    step = FEW if least < MANY else MANY
    numbers = [least + step * more for more in range(3)] if least else [FEW - 2, FEW, 2 * FEW]
    return [
        (label, url_for("calendar.say", say=sentence.replace(words, f" {label} ", 1)))
        for label in map(people_label, numbers)
    ]


FEW, MANY = 5, 50


def which_day(
    sentence: str, said: Understood, either: tuple[str, tuple[date, ...]]
) -> Sequence[tuple[str, str]]:
    """Offer the days ahead that 周末 may mean, and of 周一、三、五 every week: the same sentence with it."""
    (words, days), now = either, clock.now().astimezone(my_park().zone)
    each = [(day_text(one), f"{one}") for one in days if one >= soonest_day(said, now)]
    if series := every_week(words, now):
        each.append((series, series))
    return [
        (label, url_for("calendar.say", say=sentence.replace(words, f" {told} ", 1))) for label, told in each
    ]


def days_instead(asked: AskedFor) -> tuple[str, tuple[date, ...]] | None:
    """Give the words that said a day which was not understood, and the next days there are."""
    words = unclear_day(asked.said) if "day" in asked.at.assumed and not asked.said.repeat else ""
    return (words, tuple(asked.at.day + more * ONE_DAY for more in range(DAYS_OFFERED))) if words else None


DAYS_OFFERED = 5


def examples() -> Sequence[tuple[str, str]]:
    """Give sentences to begin with, as links."""
    sentences = (
        gettext("明天下午两点到三点半 6人 带屏幕"),
        gettext("下周二上午 离林一近的工位"),
        gettext("每周三下午三点开会 一小时 4人"),
    )
    return [(one, url_for("calendar.say", say=one)) for one in sentences]


class SuitedPlace(NamedTuple):
    """A place, and the ways to book it: at once with one press, as a series, or by the form."""

    offer: Offer
    fields: dict[str, Any]  # empty where something was assumed that the form asks for first
    series_url: str


def places_of(asked: AskedFor, offers: Sequence[Offer]) -> list[SuitedPlace]:
    """Tell of each place what it takes to book it there."""
    return [
        SuitedPlace(
            offer,
            _fields(asked, offer.space_id) if offer.books and asked.sure and not offer.over else {},
            series_url_of(asked, offer.space_id) if offer.books else "",
        )
        for offer in offers
    ]


def _fields(asked: AskedFor, space_id: int) -> dict[str, Any]:
    """Fill in the form of a reservation."""
    when = when_args(asked)
    people = (asked.said.people or 1) if asked.kind in SEATED else 1
    key = secrets.token_urlsafe(12)
    return {"space": space_id, **when, "people": people, **asked.purpose, "idempotency_key": key}


def series_url_of(asked: AskedFor, space_id: int) -> str:
    """Lead to the form of a series, where the rule is one that it offers."""
    series = asked.series
    if series is None or asked.kind is Kind.STORAGE:
        return ""
    args = when_args(asked) | {"people": asked.said.people or 1, **series.args, **asked.purpose}
    return url_for("series.new", space=space_id, **args)
