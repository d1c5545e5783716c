"""What is coming up and what was: the list of activities, and the page of one."""

from collections import Counter
from dataclasses import dataclass

from flask import current_app, render_template

from booking import clock
from booking.activities.models import Activity, Audience, SignUp, Useful
from booking.activities.queries import PAGE, activities_to_come, head_counts, past_activities
from booking.activities.rules import is_open
from booking.activities.sign_up_queries import answers_of, place_in_queue, sign_up_of
from booking.blueprints.activities.loading import activity_or_404, blueprint, reader
from booking.blueprints.activities.taking_part import at_the_door
from booking.blueprints.kit.access import SIGNED_IN, STAFF, TENANTS, allow
from booking.blueprints.kit.filters import comma_list
from booking.blueprints.kit.labels.people import size_name
from booking.blueprints.kit.pagination import Pager
from booking.blueprints.kit.session import me
from booking.db import db
from booking.language import gettext


@blueprint.get("/")
@allow(*SIGNED_IN)
def index() -> str:
    """List what is to come, then what is over."""
    now, pager = clock.now(), Pager.of_request(PAGE)
    past = pager.cut(past_activities(db.session(), reader(), now, offset=pager.before))
    return render_template(
        "activities/index.html",
        coming=activities_to_come(db.session(), reader(), now),
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
    if at_the_door(activity) and is_open(now, activity.starts_at, activity.ends_at):
        return "arrive"
    if mine is not None:
        return "in"
    return "free" if now < activity.starts_at else "late"
