"""Activities as they are shown: their list, the page of one, its calendar file and its poster.

Here is the blueprint, and how an activity is found. The poster is for the wall (PDF) and for a group on the
phone (PNG).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.activities.invited import answers_of, place_in_queue, sign_up_of
from booking.activities.models import Activity, ActivityState, Audience, SignUp, Useful
from booking.activities.poster_printer import Poster, PrintFailed
from booking.activities.queries import (
    PAGE,
    activities_to_come,
    activity_in_park,
    head_counts,
    past_activities,
)
from booking.activities.rules import is_open
from booking.blueprints.kit.access import SIGNED_IN, STAFF, TENANTS, allow
from booking.blueprints.kit.filters import clock_span, comma_list, day, span_text
from booking.blueprints.kit.http import send_bytes
from booking.blueprints.kit.labels.needs import activity_kind, activity_reader
from booking.blueprints.kit.labels.people import role_name, size_name
from booking.blueprints.kit.labels.reservations import door_name, place_name
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.session import me, my_park, park_today
from booking.db import db
from booking.language import CHINESE, force_locale, gettext
from booking.letters.calendar_entry import calendar_entry
from booking.people.models import Member, Role
from booking.ports import ports

blueprint = Blueprint("activities", __name__, url_prefix="/activities")


def activity_or_404(activity_id: int) -> Activity:
    """Find an activity of my park that is for me; any other is not found."""
    return activity_in_park(db.session(), my_park().id, activity_id, me().enterprise) or abort(404)


@blueprint.app_template_filter("activity_line")
def activity_line(activity: Activity) -> str:
    """Say in a line what is coming up."""
    facts = {"kind": activity_kind(activity.kind), "when": span_text(activity.span)}
    return str(gettext("活动 · %(kind)s · %(when)s", **facts))


def activity_mark(activity: Activity, now: datetime) -> tuple[str, str]:
    """Give the badge of an activity, label and tone; ("", "") where there is nothing to say."""
    if activity.state is ActivityState.DRAFT:
        return gettext("草稿"), ""
    if activity.state is ActivityState.SCHEDULED:
        return gettext("待公布"), ""
    if activity.state is ActivityState.CALLED_OFF:
        return gettext("已取消"), "warning"
    return (gettext("正在进行"), "accent") if activity.span.contains(now) else ("", "")


@blueprint.app_context_processor
def know_the_marks() -> dict[str, object]:
    """Give templates `activity_mark(activity, now)`."""
    return {"activity_mark": activity_mark}


def door_said() -> str:
    """Give the code of the door that the page was opened at; empty elsewhere."""
    return request.args.get("door", "")


def scanned_the_hall(activity: Activity) -> bool:
    """Tell whether the reader scanned the code of the hall."""
    return door_said() == activity.space.scan_code


@blueprint.get("/")
@allow(*SIGNED_IN)
def index() -> str:
    """List what is to come, then what is over."""
    now, pager = clock.now(), Pager.of_request(PAGE)
    past = pager.cut(past_activities(db.session(), activity_reader(), now, offset=pager.before))
    return render_template(
        "activities/index.html",
        coming=activities_to_come(db.session(), activity_reader(), now),
        past=past,
        pager=pager,
        staff=me().role in STAFF,
        now=now,
    )


@blueprint.get("/<int:activity_id>")
@allow(*SIGNED_IN)
def show(activity_id: int) -> str:
    """Show one: to a tenant the one thing to do, to the park's people how it stands."""
    activity, now = activity_or_404(activity_id), clock.now()
    mine = sign_up_of(db.session(), activity.id, me().id)
    seated, waiting, came = head_counts(db.session(), [activity.id]).get(activity.id, (0, 0, 0))
    return render_template(
        "activities/show.html",
        activity=activity,
        audience=whom(activity),
        mine=mine,
        seated=seated,
        waiting=waiting,
        came=came,
        free=max(0, activity.places - seated),
        turn=turn_of(mine),
        step=next_step(activity, mine),
        tenant=me().role in TENANTS,
        staff=me().role in STAFF,
        said=_said(activity),
        public_url=f"{current_app.config['BASE_URL']}/a/{activity.code}",
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Feedback:
    """What those who came said of it, without their names."""

    yes: int
    answers: int
    rest: str
    sentences: list[str]


def _said(activity: Activity) -> Feedback:
    """Gather it for the organiser; a tenant sees none of it."""
    answers = answers_of(db.session(), activity.id) if me().role in STAFF else []
    counted = Counter(useful for useful, _words in answers)
    partly, no = counted[Useful.PARTLY], counted[Useful.NO]
    rest = gettext("一般 %(partly)s，没用 %(no)s", partly=partly, no=no) if partly or no else ""
    return Feedback(
        counted[Useful.YES], len(answers), str(rest), sorted({words for _, words in answers if words})
    )


def whom(activity: Activity, *, by_name: bool = True) -> str:
    """Say whom it is for, in a line; to strangers not `by_name` which firms were chosen."""
    if activity.audience is Audience.SIZES:
        sizes = comma_list(size_name(size) for size in activity.sizes)
        return str(gettext("%(sizes)s企业", sizes=sizes))
    if activity.audience is Audience.CHOSEN and not by_name:
        return str(gettext("受邀企业"))
    if activity.audience is Audience.CHOSEN:
        return comma_list(one.short_name for one in activity.guests)
    return str(gettext("全部企业"))


def turn_of(mine: SignUp | None) -> int:
    """Tell as which one somebody waits; 0 for who does not."""
    return place_in_queue(db.session(), mine) if mine is not None and mine.waits else 0


def next_step(activity: Activity, mine: SignUp | None) -> str:
    """Name the one thing that makes sense for who may take part, now and here."""
    now = clock.now()
    if activity.called_off_at is not None:
        return "off"
    if mine is not None and mine.came_at is not None:
        return ("said" if mine.useful else "ask") if now >= activity.ends_at else "here"
    if now >= activity.ends_at:
        return "over"
    if scanned_the_hall(activity) and is_open(now, activity.starts_at, activity.ends_at):
        return "arrive"
    if mine is not None:
        return "in"
    return "free" if now < activity.starts_at else "late"


@blueprint.get("/<int:activity_id>/calendar.ics")
@allow(*SIGNED_IN)
def calendar(activity_id: int) -> ResponseReturnValue:
    """Hand out the calendar file."""
    return send_entry(activity_or_404(activity_id))


def send_entry(activity: Activity) -> ResponseReturnValue:
    """Answer with the file."""
    entry = calendar_entry(activity)
    return send_bytes(entry.content, entry.name, entry.media_type, look=True)


@blueprint.get("/<int:activity_id>/poster.pdf")
@allow(*STAFF)
def poster(activity_id: int) -> ResponseReturnValue:
    """Hand out the poster for the wall."""
    return _handed_out(activity_id, ports().poster_printer.poster, "application/pdf")


@blueprint.get("/<int:activity_id>/poster.png")
@allow(*STAFF)
def picture(activity_id: int) -> ResponseReturnValue:
    """Hand out the picture for a group."""
    return _handed_out(activity_id, ports().poster_printer.poster_picture, "image/png")


def _handed_out(activity_id: int, make: Callable[[Poster], bytes], media_type: str) -> ResponseReturnValue:
    activity = activity_or_404(activity_id)
    if activity.published_at is None or activity.called_off_at is not None:
        abort(404)
    try:
        content = make(_poster(activity))
    except PrintFailed:
        current_app.logger.exception("a poster could not be printed")
        flash(gettext("海报没有生成，请稍后再试。"), "danger")
        return redirect(url_for(".show", activity_id=activity_id))
    ending = media_type.rpartition("/")[2]
    return send_bytes(
        content, f"{activity.title}.{ending}", media_type, plain=f"poster-{activity_id}", look=True
    )


def _organiser(activity: Activity) -> str:
    """Name who holds it, without a person's name: the branch, or else the park."""
    who = db.session.get(Member, activity.created_by_id) if activity.created_by_id is not None else None
    branch = who is not None and who.role is Role.BRANCH
    return role_name(Role.BRANCH) if branch else activity.space.park.name


def _poster(activity: Activity) -> Poster:
    """Say it in Chinese: it hangs where everybody passes."""
    with force_locale(CHINESE):
        return Poster(
            park=activity.space.park.name,
            kind=activity_kind(activity.kind),
            title=activity.title,
            words=tuple(line.strip() for line in activity.words.splitlines() if line.strip()),
            day=day(activity.starts_at),
            clock=clock_span(activity.span),
            place=door_name(activity.space),
            floor=place_name(activity.space.area),
            audience=whom(activity, by_name=False),
            places=activity.places,
            organiser=_organiser(activity),
            url=f"{current_app.config['BASE_URL']}/a/{activity.code}",
            made_on=park_today(),
        )
