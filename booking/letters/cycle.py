"""Letters of the cycle 11530, and the words in which page and letter say what would save most."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from booking.language import gettext, local_name, ngettext
from booking.letters.needs import beginning
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.needs.models import Need
from booking.people.models import Member
from booking.rhythm.own_month import OwnList
from booking.rhythm.own_month_to_date import OwnMonthToDate
from booking.rhythm.what_saves import CheaperStore, CheaperTime, PaidForNothing, SmallerRoom
from booking.values.money import FEN_PER_YUAN, Money, round_half_up
from booking.values.writing import minute_clock


def monthly_list(found: OwnList, reader: Member) -> LetterText:
    """Send an enterprise its list of the month."""
    return render(
        found.park,
        reader.language,
        "own_list",
        lambda: gettext(
            "%(month)s月清单：%(name)s", month=found.month.month, name=found.enterprise.short_name
        ),
        reader=reader,
        found=found,
        saves_label=saves_label,
        begin=beginning,
    )


def follow_up(found: OwnMonthToDate, reader: Member) -> LetterText:
    """Tell an enterprise what it used and owes so far."""
    return render(
        found.park,
        reader.language,
        "follow_up",
        lambda: gettext("本月用到今天：%(name)s", name=found.enterprise.short_name),
        reader=reader,
        found=found,
    )


def budget_warning(found: OwnMonthToDate, mark: int, reader: Member) -> LetterText:
    """Tell a manager that the month has come to so many per cent of the budget."""
    return render(
        found.park,
        reader.language,
        "budget",
        lambda: gettext("本月费用已到预算的 %(mark)s%%", mark=mark),
        reader=reader,
        found=found,
        mark=mark,
    )


def needs_chased(needs: Sequence[Need], reader: Member, now: datetime) -> LetterText:
    """Remind somebody of what waits for their answer."""
    return render(
        reader.park,
        reader.language,
        "needs_chased",
        lambda: ngettext("催办：%(num)s 件诉求等你答复", "催办：%(num)s 件诉求等你答复", len(needs)),
        reader=reader,
        needs=needs,
        now=now,
        begin=beginning,
    )


def saves_label(found: OwnList, *, with_money: bool = True) -> str:
    """Say the one thing that would save most, "" where there is none; `with_money` for who may see it."""
    match found.saves:
        case None:
            return ""
        case CheaperTime() as saves:
            words = _cheaper_time(found, saves)
        case SmallerRoom() as saves:
            words = gettext(
                "上个月有 %(count)s 次不超过 %(people)s 人用“%(place)s”，“%(smaller)s”就坐得下，也更便宜。",
                count=saves.uses,
                people=saves.people,
                place=_place(found, saves.space_id),
                smaller=_place(found, saves.smaller_id),
            )
        case PaidForNothing() as saves:
            words = gettext(
                "上个月有 %(count)s 次订了没来，或取消得太晚，照样要付一部分：来不了请提前取消。",
                count=saves.uses,
            )
        case CheaperStore() as saves:
            words = gettext(
                "“%(other)s”空着，不比“%(place)s”小，价格更低，可以换过去。",
                other=_place(found, saves.other_id),
                place=_place(found, saves.space_id),
            )
    return f"{words}{_about(found.saves.amount)}" if with_money else words


def _cheaper_time(found: OwnList, saves: CheaperTime) -> str:
    facts = {
        "weekday": _weekday(saves.weekday),
        "place": _place(found, saves.space_id),
        "off": _share(saves.off),
        "clock": minute_clock(saves.from_minute if saves.later else saves.to_minute),
    }
    if saves.later:
        return gettext("%(weekday)s %(clock)s 以后，同一个“%(place)s”便宜 %(off)s。", **facts)
    return gettext("%(weekday)s %(clock)s 以前，同一个“%(place)s”便宜 %(off)s。", **facts)


def _about(amount: Money) -> str:
    """Say the money as people do, in whole yuan."""
    return gettext("照上个月的用法，一个月大约省 %(yuan)s 元。", yuan=round_half_up(amount.fen, FEN_PER_YUAN))


def _weekday(number: int) -> str:
    names = (
        gettext("每周一"),
        gettext("每周二"),
        gettext("每周三"),
        gettext("每周四"),
        gettext("每周五"),
        gettext("每周六"),
        gettext("每周日"),
    )
    return names[number]


def _share(share: Fraction) -> str:
    """Write 40% of two fifths; rounded half-up to the whole."""
    return f"{round_half_up(share.numerator * 100, share.denominator)}%"


def _place(found: OwnList, space_id: int) -> str:
    space = found.spaces[space_id]
    return local_name(space.name, space.name_en)
