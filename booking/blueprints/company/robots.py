"""The robots of an enterprise's chat groups: entered by its manager, tried, paused, taken away."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField

from booking import clock
from booking.blueprints.kit.access import allow
from booking.blueprints.kit.forms.validators import at_most, form_page, must, tidy
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, me, my_enterprise_id
from booking.blueprints.messages import put_beside, wording
from booking.db import db, transaction
from booking.language import gettext, lazy_gettext as _
from booking.letters.robots import answer_of_robot, tried
from booking.mail.transport import TransportError
from booking.notifications.models import GroupRobot
from booking.notifications.robots import (
    add_robot,
    change_robot,
    last_failures,
    note_try,
    remove_robot,
    robot_of,
    robots_of,
)
from booking.notifications.rules import RobotKind, RobotSaysNo, TriedJustNow
from booking.people.models import Role
from booking.ports import ports
from booking.values import Refusal

blueprint = Blueprint("robots", __name__, url_prefix="/company/robots")


class RobotForm(FlaskForm):
    """A robot to be entered."""

    address = StringField(_("Webhook 地址"), [must(), at_most(300)], [tidy])
    name = StringField(_("群名"), [must(), at_most(40)], [tidy])


def robot_kind_name(kind: RobotKind) -> str:
    """Name whose robot it is."""
    names = {
        RobotKind.WECOM: gettext("企业微信"),
        RobotKind.DINGTALK: gettext("钉钉"),
        RobotKind.FEISHU: gettext("飞书"),
    }
    return names[kind]


@blueprint.route("", methods=["GET", "POST"])
@allow(Role.MANAGER)
@takes(_("群机器人"), RobotForm)
def index() -> ResponseReturnValue:
    """List them, and enter one more."""
    form = RobotForm()
    if form.validate_on_submit():
        by, member, typed = actor(), me(), (form.address.data or "", form.name.data or "")
        try:
            with transaction() as session:
                add_robot(session, member, *typed, box=ports().box, by=by, now=clock.now())
        except Refusal as refusal:
            put_beside(form, refusal)
        else:
            flash(gettext("机器人已添加。试发一条，看看群里收到没有。"), "success")
            return redirect(url_for(".index"))
    found = robots_of(db.session(), my_enterprise_id())
    robots = [
        (robot, robot_kind_name(robot.kind), robot.off_because and answer_of_robot(robot.off_because))
        for robot in found
    ]
    failed = {
        key: (at, answer_of_robot(why)) for key, (at, why) in last_failures(db.session(), found).items()
    }
    return form_page("company/robots.html", form, robots=robots, failed=failed)


@blueprint.post("/<int:robot_id>/tells")
@allow(Role.MANAGER)
def tells(robot_id: int) -> ResponseReturnValue:
    """Choose one thing that it tells, or does not."""
    facts: dict[str, Any] = {
        name: request.form[name] == YES for name in ("tells_day", "tells_changes") if name in request.form
    }
    _change(robot_id, facts)
    return redirect(url_for(".index"))


YES = "yes"


@blueprint.post("/<int:robot_id>/off")
@allow(Role.MANAGER)
def off(robot_id: int) -> ResponseReturnValue:
    """Keep it quiet until it is switched on again."""
    _change(robot_id, {"off_at": clock.now()})
    return redirect(url_for(".index"))


@blueprint.post("/<int:robot_id>/on")
@allow(Role.MANAGER)
def on(robot_id: int) -> ResponseReturnValue:
    """Let it tell again; what was to be told meanwhile is not made up for."""
    _change(robot_id, {"off_at": None})
    return redirect(url_for(".index"))


def _change(robot_id: int, facts: dict[str, Any]) -> None:
    by, enterprise_id = actor(), my_enterprise_id()
    with transaction() as session:
        robot = robot_of(session, enterprise_id, robot_id) or abort(404)
        change_robot(session, robot, facts, by=by, now=clock.now())


@blueprint.post("/<int:robot_id>/remove")
@allow(Role.MANAGER)
def remove(robot_id: int) -> ResponseReturnValue:
    """Take it away, with its address."""
    by, enterprise_id = actor(), my_enterprise_id()
    with transaction() as session:
        robot = robot_of(session, enterprise_id, robot_id) or abort(404)
        remove_robot(session, robot, by=by, now=clock.now())
    flash(gettext("机器人已移除，地址不再保存。"), "success")
    return redirect(url_for(".index"))


@blueprint.post("/<int:robot_id>/try")
@allow(Role.MANAGER)
def try_out(robot_id: int) -> ResponseReturnValue:
    """Say something in the group now, and tell what it answered; no transaction waits for it."""
    enterprise_id = my_enterprise_id()
    try:
        with transaction() as session:
            robot = robot_of(session, enterprise_id, robot_id) or abort(404)
            note_try(session, robot, now=clock.now())
        _say_now(robot_of(db.session(), enterprise_id, robot_id) or abort(404))
    except (RobotSaysNo, TriedJustNow) as refusal:
        flash(wording(refusal), "warning")
    else:
        flash(gettext("已发到群里，请到群里看看。"), "success")
    return redirect(url_for(".index"))


def _say_now(robot: GroupRobot) -> None:
    address, content = ports().box.open(robot.closed), tried(robot)
    db.session().rollback()
    if address is None:
        raise RobotSaysNo(gettext("地址读不出来了，请移除后重新添加。"))
    try:
        ports().robots.say(address, f"{content.subject}\n{content.text}")
    except TransportError as trouble:
        raise RobotSaysNo(answer_of_robot(trouble.reason)) from trouble
