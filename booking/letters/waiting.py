"""Letters to who waits: what is held for them, until when and where; that it is over, and why."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import current_app
from sqlalchemy.orm import Session

from booking.audit.actions import Actor
from booking.charges.quote_each import dearest_each, quote_each
from booking.language import gettext, local_name, ngettext
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.people.models import Member
from booking.reservations.waiting.begun import wanted_spans
from booking.reservations.waiting.end_wait import LostWait
from booking.reservations.waiting.models import Wait, WaitState
from booking.values import Money
from booking.values.reading import one_line


def place_held(session: Session, member: Member, waits: Sequence[Wait]) -> LetterText:
    """Tell of all that came free for them and what it costs, the one that runs out first before others."""
    return render(
        member.park,
        member.language,
        "waiting",
        lambda: _held_line(waits),
        waits=waits,
        prices=_held_prices(session, member, waits),
        wanted=wanted_spans(session, waits),
        reader=member,
    )


def _held_line(waits: Sequence[Wait]) -> str:
    """Say it in a line; what is held longer than the first only by how many."""
    first, *others = waits
    place = first.offered_space or first.space
    name = one_line(local_name(place.name, place.name_en)) if place is not None else ""
    when = current_app.jinja_env.filters["span_text"](first.span)
    if others:
        return ngettext(
            "候到了 %(name)s %(when)s 等 %(num)s 处，请尽快接受",
            "候到了 %(name)s %(when)s 等 %(num)s 处，请尽快接受",
            len(waits),
            name=name,
            when=when,
        )
    return gettext("候到了 %(name)s %(when)s，请尽快接受", name=name, when=when)


class HeldPrice(NamedTuple):
    """What a hold costs; `full` where what is booked may take its free minutes first."""

    total: Money
    full: Money | None


def _held_prices(session: Session, member: Member, waits: Sequence[Wait]) -> dict[int, HeldPrice]:
    """Price what is held as it would be booked now, by the wait; what has no tariff is left out."""
    asked = {one.id: (one.offered_space, one.span) for one in waits if one.offered_space is not None}
    if member.enterprise is None:
        return {}
    found = quote_each(session, member.park, member.enterprise, asked)
    fulls = dearest_each(session, member.park, member.enterprise, asked, found)
    return {key: HeldPrice(quoted.total, fulls.get(key)) for key, quoted in found.items()}


def wait_put_back(member: Member, lost: Sequence[LostWait]) -> LetterText:
    """Tell what is not held for them or cannot come free any more, and whether they still stand in line."""
    place_held = any(one.was_held for one in lost)
    words = {
        True: lambda: gettext("为你保留的时间收回了：%(what)s"),
        False: lambda: gettext("你候补的地方停用了：%(what)s"),
    }
    return render(
        member.park,
        member.language,
        "wait_put_back",
        lambda: words[place_held]() % {"what": _lost_line(lost)},
        lost=lost,
        reader=member,
    )


def _lost_line(lost: Sequence[LostWait]) -> str:
    """Name where and when, what was held before the rest; of several the first, and how many."""
    first = max(lost, key=lambda one: one.was_held)
    name = one_line(local_name(first.space.name, first.space.name_en))
    facts = {"name": name, "when": current_app.jinja_env.filters["span_text"](first.wait.span)}
    several = "%(name)s %(when)s 等 %(num)s 处"
    return ngettext(several, several, len(lost), **facts) if len(lost) > 1 else f"{name} {facts['when']}"


def wait_lapsed(wait: Wait) -> LetterText:
    """Tell who waited that what was held for them went on, or that nothing came free."""
    place = wait.offered_space or wait.space
    kinds = current_app.jinja_env.filters

    def subject() -> str:
        name = one_line(local_name(place.name, place.name_en)) if place else kinds["kind_name"](wait.kind)
        said = gettext("保留的时间过了：%(what)s") if wait.held_until else gettext("没有候到：%(what)s")
        return said % {"what": f"{name} {kinds['span_text'](wait.span)}"}

    return render(wait.member.park, wait.member.language, "wait_lapsed", subject, wait=wait, place=place)


def wait_settled(wait: Wait, by: Actor) -> LetterText:
    """Tell who waited that a colleague took what was held for them, gave it up, or left the line for them."""
    words = {
        (True, True): lambda: gettext("%(by)s接受了为你保留的时间", by=by.name),
        (False, True): lambda: gettext("%(by)s放弃了为你保留的时间", by=by.name),
        (False, False): lambda: gettext("%(by)s替你退出了候补", by=by.name),
    }
    return render(
        wait.member.park,
        wait.member.language,
        "wait_settled",
        words[wait.state is WaitState.TAKEN, wait.offered_at is not None],
        wait=wait,
        by=by,
    )
