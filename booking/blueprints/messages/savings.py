"""Words for what savings refuse."""

from datetime import date

from booking.blueprints.kit.filters import area, full_day, moment, money, month_text
from booking.blueprints.kit.labels.jumps import jump_line
from booking.language import gettext
from booking.savings import rules
from booking.savings.checking.jumps import JumpUnconfirmed
from booking.values.refusal import Refusal


def wording(refusal: Refusal) -> str | None:
    """Say a refusal of the room `savings`; None where it is another room's."""
    text: str | None = None
    match refusal:
        case rules.BadArea(what="own_area", highest=leased):
            text = _kept(leased)
        case rules.BadArea(lowest=lowest, highest=highest):
            text = gettext(
                "面积须在 %(lowest)s 到 %(highest)s 之间。",
                lowest=area(lowest),
                highest=area(highest),
            )
        case rules.BadPrice(lowest=lowest, highest=highest):
            text = gettext(
                "单价须在 %(lowest)s 到 %(highest)s 之间，按每平方米每天填写。",
                lowest=money(lowest),
                highest=money(highest),
            )
        case rules.NotFirstOfMonth():
            text = gettext("基线按整月计算，请从某月 1 日开始。")
        case rules.BaselineOutOfTime(first=first, last=last):
            text = gettext(
                "请选择 %(first)s 到 %(last)s 之间的月份。", first=_month_of(first), last=_month_of(last)
            )
        case rules.BaselineInReport(reported=reported):
            text = gettext(
                "%(month)s的节省报告已经签发并使用了现有基线，不能再改。请从 %(next)s或以后开始新的版本。",
                month=month_text(reported),
                next=month_text(reported.next),
            )
        case rules.EvidenceTooLarge(megabytes=bytes_, megapixels=pixels):
            facts = {"megabytes": bytes_, "megapixels": pixels}
            text = gettext("文件太大：最多 %(megabytes)s MB，图片最多 %(megapixels)s 百万像素。", **facts)
        case rules.EvidenceUnreadable():
            text = gettext("这个文件打不开。请上传完整的 PDF 或图片（JPEG、PNG、WebP）。")
        case rules.EffectInFuture(today=today):
            text = gettext("不能晚于今天（%(today)s）。", today=full_day(today))
        case _:
            text = _of_checking(refusal) or _of_signing(refusal)
    return text


def _of_checking(refusal: Refusal) -> str | None:
    match refusal:
        case rules.PaperMissing():
            return gettext("没有凭证，不能采信为有据。可以采信为自报，或退回请企业补交。")
        case JumpUnconfirmed(jumps=jumps, moved=moved):
            words = gettext("；").join(jump_line(one) for one in jumps)
            if moved:
                return gettext(
                    "在用的基线刚变了，现在是：%(jumps)s。请看过再确认一次，理由可以改。", jumps=words
                )
            return gettext(
                "%(jumps)s，和在用的差得太多，像是填错了。确实如此，请写明理由，再确认一次。", jumps=words
            )
        case rules.DecidedBefore(decided_at=decided_at, withdrawn=True):
            return gettext("企业已在 %(when)s撤回或更正了这个版本，没有改动。", when=moment(decided_at))
        case rules.DecidedBefore(decided_at=decided_at):
            return gettext("这个版本在 %(when)s已经核对过，没有改动。", when=moment(decided_at))
    return None


def _of_signing(refusal: Refusal) -> str | None:
    match refusal:
        case rules.MonthStillOpen(month=month):
            return gettext("%(month)s还没有关账，账单全部开出后才能签发报告。", month=month_text(month))
        case rules.SignedBefore(month=month, version=version, signed_at=signed_at, by=by):
            facts = {"month": month_text(month), "version": version, "when": moment(signed_at), "by": by}
            return (
                gettext(
                    "%(month)s的报告第 %(version)s 版已由%(by)s在 %(when)s签发，没有再签，也没有再发邮件。",
                    **facts,
                )
                if by
                else gettext(
                    "%(month)s的报告第 %(version)s 版已在 %(when)s签发，没有再签，也没有再发邮件。", **facts
                )
            )
        case rules.ReportMoved(month=month):
            return gettext(
                "%(month)s的草稿在你打开之后变了：数字或同意具名的企业有改动。没有签发，请看过现在的草稿再签。",
                month=month_text(month),
            )
        case rules.NothingCorrected(month=month):
            return gettext("现在的数字和已签发的%(month)s报告相同，没有需要更正的。", month=month_text(month))
        case rules.NobodyToReport(month=month):
            return gettext(
                "%(month)s没有可以报告的内容：没有核对过的原租赁基线，或未具名的企业太少。",
                month=month_text(month),
            )
    return None


def _month_of(day: date) -> str:
    return gettext("%(year)s年%(month)s月", year=day.year, month=day.month)


def _kept(leased: int) -> str:
    return gettext(
        "保留的面积不能大于原来的面积（%(area)s）。后来扩大了的，原来的面积请填不共享就要租用的面积。",
        area=area(leased),
    )
