"""What a month's meeting decides: its matters, those decided before it first; and what is still undecided.

Where the month is signed, what is undecided stands with the way to it; signing stays possible.
"""

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from flask import url_for

from booking import clock
from booking.blueprints.kit.filters import day
from booking.blueprints.kit.labels.invoices import month_of_key
from booking.blueprints.kit.labels.needs import late_text
from booking.blueprints.kit.labels.reservations import way_to
from booking.blueprints.kit.session import me, my_park
from booking.charges.queries import count_open_disputes
from booking.db import db
from booking.language import gettext, ngettext
from booking.needs.queries import MatterLine, MattersOfMonth, MatterStanding, matters_of_month
from booking.people.models import Role
from booking.rhythm.board import AgendaItem, Phrase
from booking.savings.queries import count_pending
from booking.values import Month

MOST = 4  # stand on the page; the others behind a link
LINES = 10  # are there for them on the wall, where nothing is cut and nothing scrolls


def agenda(matters: MattersOfMonth, month: Month) -> tuple[AgendaItem, ...]:
    """Give the matters that stand on the page: the first ones, as many as there is room for.

    Of what is to decide there is at least one, for it is decided here.
    """
    before = matters.before[: MOST - 1] if matters.to_decide else matters.before
    shown = [agenda_item(line, month) for line in [*before, *matters.to_decide, *matters.decided][:MOST]]
    while len(shown) > 1 and sum(map(_lines, shown)) > LINES:
        last = next((one for one in reversed(shown) if not one.open), shown[-1])
        shown.remove(last if sum(one.open for one in shown) == 1 else shown[-1])
    return tuple(shown)


LINE, BUTTON = 54, 12  # letters of a whole line there, and of what is pressed; a Chinese one counts twice


def _lines(item: AgendaItem) -> int:
    beside, button = _letters(item.state), BUTTON if item.open or item.stands else 0
    titles = max(LINE - beside - _letters(item.weight), 1)
    details = max(LINE - max(beside, button), 1)
    return -(-_letters(item.title) // titles) + -(-_letters(item.detail) // details)


def _letters(text: str) -> int:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


def agenda_more(matters: MattersOfMonth, month: Month) -> Phrase:
    """Say how many do not, or how many there are; all stand behind it."""
    count, shown = sum(map(len, _groups(matters))), len(agenda(matters, month))
    if not count:
        return Phrase("")
    said = gettext("%(count)s 件", count=count)
    if count > shown:
        said = gettext("共 %(count)s 件，先列 %(most)s 件", count=count, most=shown)
    return Phrase(said, url_for("month.agenda", month=month))


def _groups(matters: MattersOfMonth) -> tuple[Sequence[MatterLine], ...]:
    return matters.before, matters.to_decide, matters.decided


LONGEST = 120  # letters of what was decided, so counted; more is read on its own page
ENDS = "。；，、;,. "


def _briefly(words: str) -> str:
    """Shorten a long sentence at a stop, and say where the whole stands."""
    if _letters(words) <= LONGEST:
        return words
    kept = words
    while _letters(kept) > LONGEST:
        kept = kept[:-1]
    stop = max(kept.rfind(one) for one in ENDS)
    return gettext("%(words)s……（全文见议题）", words=kept[: stop if stop > len(kept) // 2 else None])


def agenda_item(line: MatterLine, month: Month) -> AgendaItem:
    """Word a matter as it stands on the page of a month."""
    return AgendaItem(
        matter_id=line.matter.id,
        weight=ngettext("%(num)s 家", "%(num)s 家", line.weight) if line.weight else gettext("园区"),
        title=line.matter.title,
        state=_state(line),
        detail=gettext(" · ").join(_details(line, month)),
        url=url_for("needs.matter", matter_id=line.matter.id),
        late=line.standing is MatterStanding.OVERDUE,
        open=line.standing is MatterStanding.TO_DECIDE,
        stands=line.decision is not None and line.decision.outcome is None,
        proposal=line.matter.proposal,
        weight_url=url_for("month.matter", month=month, matter_id=line.matter.id),
    )


def _state(line: MatterLine) -> str:
    match line.standing:
        case MatterStanding.TO_DECIDE:
            return gettext("待定")
        case MatterStanding.OVERDUE:
            return late_text(line.days_late)
        case MatterStanding.DONE:
            return gettext("已办结")
        case MatterStanding.CARRIED_ON:
            return gettext("延续")
    return gettext("%(day)s前", day=day(line.decision.by_when)) if line.decision else ""


def _details(line: MatterLine, month: Month) -> Iterator[str]:
    if line.unchecked:
        yield gettext("另有 %(count)s 件待核实", count=line.unchecked)
    if line.decision is not None:
        key, what = line.decision.month_key, _briefly(line.decision.what)
        later = key > month.key
        yield (
            gettext("%(month)s例会定：%(what)s", month=month_of_key(key), what=what)
            if later
            else gettext("定：%(what)s", what=what)
        )
        yield line.decision.who
        return
    if line.matter.proposal:
        yield gettext("建议：%(what)s", what=_briefly(line.matter.proposal))
    if line.carried:
        yield gettext("从上月带来")


def left_undecided(month: Month, matters: int | None = None) -> list[tuple[str, str]]:
    """Word each with its address: `matters` (counted here where that is not known), baselines, disputes."""
    if matters is None:
        matters = len(matters_of_month(db.session(), my_park(), month, clock.now()).to_decide)
    return list(_left(month, matters))


def _left(month: Month, matters: int) -> Iterator[tuple[str, str]]:
    if matters:
        said = ngettext("%(num)s 件议题未定", "%(num)s 件议题未定", matters)
        yield said, url_for("month.agenda", month=month)
    if baselines := waiting_for_me():
        yield ngettext("%(num)s 份基线待核", "%(num)s 份基线待核", baselines), url_for("savings.pending")
    if disputes := disputes_left(month):
        said = ngettext("%(num)s 条计费异议未答", "%(num)s 条计费异议未答", disputes)
        shared = url_for("report.why", month=month, figure="shared")
        yield said, way_to("disputes.index") or shared


def disputes_left(month: Month) -> int:
    """Count the questions about lines of a month and of those before it that nobody has answered."""
    return count_open_disputes(db.session(), my_park().id, month)


def disputes_note(month: Month) -> list[str]:
    """Say that lines in question are in no bill yet; nothing where there are none."""
    count = disputes_left(month)
    said = gettext(
        "到这个月为止，还没有答复的计费异议：%(count)s 条。有争议的明细答复以后才计入账单。", count=count
    )
    return [said] if count else []


def of_the_branch() -> bool:
    """Tell whether the reader checks only enterprises that may be named."""
    return me().role is Role.BRANCH


def waiting_for_me() -> int:
    """Count the baselines that wait for the reader."""
    return count_pending(db.session(), my_park().id, shown_only=of_the_branch())
