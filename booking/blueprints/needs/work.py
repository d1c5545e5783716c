"""Lists of needs: for who works on them by what is due, for who said them by when."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.blueprints.kit.access import STAFF, TENANTS, allow
from booking.blueprints.kit.converters import LONGEST_WORDS, whole
from booking.blueprints.kit.labels.needs import need_kind
from booking.blueprints.kit.pagination import Pager, this_page
from booking.blueprints.kit.session import me, my_park
from booking.blueprints.needs.loading import blueprint
from booking.db import db
from booking.language import gettext
from booking.needs.rules import NeedKind
from booking.needs.work_queries import PAGE, Stage, WorkFilter, needs_of_member, waiting_in, work_of
from booking.people.queries import staff_of

FILTERS = ("stage", "kind", "owner", "q")


@blueprint.get("/needs")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    """List needs by what is due, overdue ones first."""
    session, park, now = db.session(), my_park(), clock.now()
    asked, pager = _asked(), Pager.of_request(PAGE, *FILTERS)
    lines = pager.cut(work_of(session, park, asked, now, pager.before))
    return render_template(
        "needs/index.html",
        lines=lines,
        asked=asked,
        pager=pager,
        stages=_stages(asked.stage),
        kinds=[(kind.value, need_kind(kind)) for kind in NeedKind],
        owners=[(one.id, one.name) for one in staff_of(session, park.id)],
        waiting=waiting_in(session, park.id, now),
        mine=waiting_in(session, park.id, now, me().id),
    )


def _asked() -> WorkFilter:
    stage, kind = request.args.get("stage", ""), request.args.get("kind", "")
    return WorkFilter(
        stage=Stage(stage) if stage in set(Stage) else Stage.OPEN,
        kind=NeedKind(kind) if kind in set(NeedKind) else None,
        owner_id=request.args.get("owner", type=whole),
        words=request.args.get("q", "").strip()[:LONGEST_WORDS],
    )


def _stages(chosen: Stage) -> list[tuple[str, str, bool]]:
    names = {
        Stage.OPEN: gettext("办理中"),
        Stage.OVERDUE: gettext("已逾期"),
        Stage.ANSWERED: gettext("已答复"),
        Stage.DONE: gettext("已办结"),
        Stage.ALL: gettext("全部"),
    }
    kept = [name for name in FILTERS if name != "stage"]
    return [(name, this_page(*kept, stage=stage.value), stage is chosen) for stage, name in names.items()]


@blueprint.get("/needs/mine")
@allow(*TENANTS)
def mine() -> ResponseReturnValue:
    """List what the reader said, or their enterprise, with where each stands."""
    pager = Pager.of_request(PAGE)
    rows = pager.cut(needs_of_member(db.session(), me(), pager.before))
    return render_template("needs/mine.html", needs=rows, pager=pager)


@blueprint.get("/needs/all")
@allow(*TENANTS, *STAFF)
def own() -> ResponseReturnValue:
    """Go to the reader's own list of needs."""
    return redirect(url_for(".mine" if me().role in TENANTS else ".index"))
