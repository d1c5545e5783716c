"""Letters of the branch's work: answers to needs and what was decided on them, the cycle 11530, the report.

An answer to who asked, and what the committee decided or did; an enterprise's list of the month, its month so
far and its budget, and the words in which page and letter say what would save most; the month's report to the
Party branch, and what became of a stated baseline.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import object_session

from booking.language import gettext, local_name, ngettext
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.needs.models import Decision, Matter, Need
from booking.parks.models import Park
from booking.people.models import Member
from booking.reservations.space_queries import combined_spaces
from booking.rhythm.own_month import OwnList
from booking.rhythm.own_month_to_date import OwnMonthToDate
from booking.rhythm.what_saves import CheaperStore, CheaperTime, PaidForNothing, SmallerRoom
from booking.savings.models import Baseline, BaselineState, Evidence
from booking.savings.visible_month import VisibleMonth
from booking.values import FEN_PER_YUAN, Money, round_half_up
from booking.values.reading import one_line
from booking.values.writing import minute_clock


def need_answered(need: Need, reader: Member) -> LetterText:
    """Send the answer, with the way to say that it helped or did not."""
    return render(
        reader.park,
        reader.language,
        "need_answered",
        lambda: gettext("诉求已答复：%(words)s", words=beginning(need.words)),
        reader=reader,
        need=need,
        words=beginning(need.words),
    )


def matter_decided(decision: Decision, matter: Matter, reader: Member) -> LetterText:
    """Tell an enterprise what the committee decided on what it asked for."""
    return _about_matter(
        decision, matter, reader, lambda: gettext("园区例会已议定：%(title)s", title=matter.title)
    )


def matter_done(decision: Decision, matter: Matter, reader: Member) -> LetterText:
    """Tell that what was decided is done."""
    return _about_matter(
        decision, matter, reader, lambda: gettext("议定事项已办结：%(title)s", title=matter.title)
    )


def _about_matter(
    decision: Decision, matter: Matter, reader: Member, subject: Callable[[], str]
) -> LetterText:
    return render(
        reader.park,
        reader.language,
        "matter_decided",
        subject,
        reader=reader,
        decision=decision,
        matter=matter,
        done=decision.settled_at is not None,
    )


LONGEST_BEGINNING = 24


def beginning(words: str) -> str:
    """Give the beginning of what was said, on one line."""
    line = one_line(words)
    return line if len(line) <= LONGEST_BEGINNING else f"{line[:LONGEST_BEGINNING]}…"


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
    name, session = local_name(space.name, space.name_en), object_session(space)
    whole = combined_spaces(session, space.park_id).get(space_id) if session else None
    if whole is None:
        return name
    parts = " + ".join(local_name(*part) for part in whole.parts.values())
    return gettext("%(place)s（%(words)s）", place=name, words=parts)


def report_signed(shown: VisibleMonth, *, park: Park) -> LetterText:
    """Tell the totals in a few lines, in Chinese; PDF and workbook go with the letter."""
    return render(
        park,
        None,
        "savings_report",
        lambda: gettext("%(month)s 共享空间节省报告", month=shown.month),
        shown=shown,
        total=shown.total,
    )


def draft_ready(park: Park, shown: VisibleMonth) -> LetterText:
    """Tell the branch, in Chinese, that a closed month's draft can be read and signed."""
    return render(
        park,
        None,
        "report_draft",
        lambda: gettext("%(month)s 节省报告草稿待签发", month=shown.month),
        shown=shown,
        total=shown.total,
    )


def baseline_checked(version: Baseline, reader: Member) -> LetterText:
    """Tell a manager that their baseline was accepted, and as what, or sent back and why."""
    sent_back = version.state is BaselineState.SENT_BACK

    def subject() -> str:
        return gettext("原租赁基线已退回") if sent_back else gettext("原租赁基线已核对")

    return render(
        reader.park,
        reader.language,
        "baseline_checked",
        subject,
        reader=reader,
        version=version,
        sent_back=sent_back,
        documented=version.evidence is Evidence.DOCUMENTED,
    )
