"""Words for what takes the yes of somebody else first: the manager's, or the park's."""

from booking.blueprints.kit.filters import clock, day
from booking.blueprints.kit.labels.consent import why_not_alone
from booking.language import gettext
from booking.reservations.approval import rules as approval
from booking.values import Refusal


def wording_of_rights(refusal: Refusal) -> str | None:
    """Say a refusal of who may book what; None for anybody else's."""
    match refusal:
        case approval.WaitNeedsManager():
            return gettext(
                "%(why)s，所以不能自己候补：请企业负责人加入候补，轮到时由负责人接受；或者换个能自行预订的时间或空间。",
                why=why_not_alone(refusal),
            )
        case approval.EndNeedsManager(since=since, by_day=by_day):
            return gettext(
                "%(why)s，这里不能直接办：请企业负责人来办，或从 %(since)s 起另提一份申请等负责人批准。",
                why=why_not_alone(refusal),
                since=day(since) if by_day else clock(since),
            )
        case approval.NeedsManager():
            return gettext(
                "%(why)s，这里不能直接办：请企业负责人来办，或另提一份申请等负责人批准。",
                why=why_not_alone(refusal),
            )
        case approval.NobodyToAsk():
            return gettext("这一单要企业负责人批准，可是企业现在没有能登录的负责人；请联系园区。")
        case approval.NotYoursToAnswer(answerer=approval.Answerer.MANAGER):
            return gettext("这个申请先由企业负责人答复，负责人批准后才轮到园区。")
        case approval.NotYoursToAnswer():
            return gettext("这个申请已经交给园区答复。")
    return None
