"""Letters about activities: invited, signed up, a place after all, tomorrow, called off."""

from collections.abc import Callable

from booking.activities.models import Activity, SignUp
from booking.language import gettext
from booking.letters.calendar_entry import calendar_entry
from booking.letters.render import render
from booking.mail.outbox import LetterText
from booking.parks.models import Park
from booking.people.models import Member
from booking.values.reading import one_line


def published(activity: Activity, reader: Member) -> LetterText:
    """Invite an enterprise by its manager."""
    return render(
        reader.park,
        reader.language,
        "activity",
        lambda: gettext("活动：%(title)s", title=one_line(activity.title)),
        activity=activity,
        reader=reader,
    )


def _to_who_signed_up(
    activity: Activity, sign_up: SignUp, template: str, subject: Callable[[], str], *, entry: bool = False
) -> LetterText:
    """Write in their account's language, without one in Chinese; with `entry` their calendar comes along."""
    return render(
        activity.space.park,
        sign_up.member.language if sign_up.member else None,
        template,
        subject,
        files=lambda: (calendar_entry(activity),) if entry else (),
        activity=activity,
        name=sign_up.name,
        link=own_page(sign_up),
        waits=sign_up.waits,
    )


def own_page(sign_up: SignUp) -> str:
    """Give the path of the page that is theirs alone."""
    return f"/a/mine/{sign_up.token}"


def signed_up(activity: Activity, sign_up: SignUp) -> LetterText:
    """Confirm to who has no account that they have a place, or wait for one."""
    title = one_line(activity.title)
    if sign_up.waits:
        return _to_who_signed_up(
            activity, sign_up, "activity_signed_up", lambda: gettext("已排候补：%(title)s", title=title)
        )
    return _to_who_signed_up(
        activity,
        sign_up,
        "activity_signed_up",
        lambda: gettext("报名成功：%(title)s", title=title),
        entry=True,
    )


def moved_up(activity: Activity, sign_up: SignUp) -> LetterText:
    """Tell who waited that there is a place for them now."""
    title = one_line(activity.title)
    return _to_who_signed_up(
        activity, sign_up, "activity_place", lambda: gettext("候补成功：%(title)s", title=title), entry=True
    )


def reminder(activity: Activity, sign_up: SignUp) -> LetterText:
    """Remind who has a place, a day before."""
    title = one_line(activity.title)
    return _to_who_signed_up(
        activity, sign_up, "activity_reminder", lambda: gettext("提醒：%(title)s", title=title)
    )


def called_off(activity: Activity, reader: Member | SignUp) -> LetterText:
    """Tell who heard of it that it is called off, and why."""
    language = reader.language if isinstance(reader, Member) else None
    park: Park = activity.space.park
    return render(
        park,
        language,
        "activity_off",
        lambda: gettext("活动取消：%(title)s", title=one_line(activity.title)),
        files=lambda: (calendar_entry(activity),),
        activity=activity,
        name=reader.name,
        link="/activities/" if isinstance(reader, Member) else own_page(reader),
        own=isinstance(reader, SignUp),
    )
