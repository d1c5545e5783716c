"""我要: say a need, signed in or by the code on a door, a poster or a contact card.

Who has no account follows it by a secret link.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from flask import (
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session as cookie,
    url_for,
)
from flask.typing import ResponseReturnValue

from booking import clock
from booking.audit.actions import Actor
from booking.blueprints.kit.access import anyone
from booking.blueprints.kit.converters import whole
from booking.blueprints.kit.filters import day
from booking.blueprints.kit.forms.needs import GUESS, AskForm
from booking.blueprints.kit.forms.validators import pressed, status_of
from booking.blueprints.kit.http import NO_REFERRER, send_document
from booking.blueprints.kit.resubmission import takes
from booking.blueprints.kit.session import actor, caller_address
from booking.blueprints.messages import put_beside
from booking.blueprints.needs.forms import RemarkForm
from booking.blueprints.needs.lists import NOT_FOUND, blueprint, reader_or_none
from booking.db import db, transaction
from booking.documents.models import Document
from booking.language import gettext, lazy_gettext as _
from booking.needs.liaisons import card_by_code
from booking.needs.models import Need
from booking.needs.raise_need import NeedAsker, Raised, SaidNeed, raise_need
from booking.needs.rules import NeedKind, plain_phone
from booking.needs.steps import end_need, reopen_need
from booking.needs.utterances import WORDS_OF_KIND, guess_kind
from booking.needs.work_queries import need_of_link, space_of_park, steps_of
from booking.parks.models import Park
from booking.parks.queries import only_park, park_with_code
from booking.people.models import Enterprise, Member, TryKind
from booking.people.throttle import throttle_anonymous
from booking.spaces.models import Space
from booking.spaces.pictures import MOST_BYTES, PictureTooLarge, redrawn
from booking.usage.door.at_the_door import space_by_scan_code
from booking.values import Refusal


@dataclass(frozen=True, slots=True)
class Ground:
    """Where somebody stands who asks: a park, the space of a door's code, the enterprise of a card."""

    park: Park
    space: Space | None = None
    enterprise: Enterprise | None = None

    @property
    def member(self) -> Member | None:
        """The reader, where they are signed in to this park."""
        member = reader_or_none()
        return member if member is not None and member.park_id == self.park.id else None


@blueprint.route("/ask", methods=["GET", "POST"])
@anyone  # whoever stands in the park can say what they need
@takes(_("我要"), AskForm)
def ask() -> ResponseReturnValue:
    """Say a need; of who is not signed in the park is known where there is but one."""
    member = reader_or_none()
    park = member.park if member else only_park(db.session())
    if park is None:
        return render_template("needs/which_park.html")
    space_id = request.args.get("space", type=whole)
    space = space_of_park(db.session(), park.id, space_id) if member and space_id else None
    return _asked(Ground(park, space))


@blueprint.route("/ask/in/<park_code>", methods=["GET", "POST"])
@anyone  # the code on a poster
@takes(_("我要"), AskForm)
def ask_in(park_code: str) -> ResponseReturnValue:
    """Say a need in a park."""
    return _asked(Ground(park_with_code(db.session(), park_code) or abort(NOT_FOUND)))


@blueprint.route("/ask/at/<scan_code>", methods=["GET", "POST"])
@anyone  # the code on a door
@takes(_("我要"), AskForm)
def ask_at(scan_code: str) -> ResponseReturnValue:
    """Say a need about the space whose code was scanned."""
    space = space_by_scan_code(db.session(), scan_code) or abort(NOT_FOUND)
    return _asked(Ground(space.park, space))


@blueprint.route("/ask/for/<card_code>", methods=["GET", "POST"])
@anyone  # the code on a contact card
@takes(_("我要"), AskForm)
def ask_for(card_code: str) -> ResponseReturnValue:
    """Say a need for the enterprise whose card was scanned."""
    card = card_by_code(db.session(), card_code) or abort(NOT_FOUND)
    park = db.session.get_one(Park, card.enterprise.park_id)
    return _asked(Ground(park, enterprise=card.enterprise))


ASKS_AS = "asks_as"
TOKEN_BYTES = 24


def _asked(ground: Ground) -> ResponseReturnValue:
    g.park_at_hand = ground.park
    form = AskForm(company=ground.enterprise.name if ground.enterprise else None)
    if ground.member is not None:
        del form.name, form.company, form.phone
    else:
        cookie.setdefault(ASKS_AS, secrets.token_urlsafe(TOKEN_BYTES))  # before the form is sent, even twice
    if form.validate_on_submit():
        try:
            return _raised(ground, form)
        except Refusal as refusal:
            put_beside(form, refusal)
    words = {kind.value: list(known) for kind, known in WORDS_OF_KIND.items()}
    return render_template("needs/ask.html", form=form, ground=ground, words=words), status_of(form)


def _token_of(need: Need) -> str:
    """Make the secret of the link by which this browser, and no other, follows a need."""
    made = hmac.digest(cookie[ASKS_AS].encode(), f"need {need.id}".encode(), "sha256")
    return urlsafe_b64encode(made).decode().rstrip("=")


def _raised(ground: Ground, form: AskForm) -> ResponseReturnValue:
    now, member = clock.now(), ground.member
    if member is None:
        with transaction() as session:
            who = plain_phone(form.phone.data or "")
            throttle_anonymous(session, TryKind.NEED, [who], caller_address(), now=now)
    picture = _picture(form)
    raised = _raise(ground, form, picture, now)
    flash(_told(raised, member), "success" if raised.is_new else "info")
    if member is not None:
        return redirect(url_for(".show", need_id=raised.need.id))
    return redirect(url_for(".follow", token=raised.token) if raised.token else request.path)


def _picture(form: AskForm) -> bytes | None:
    sent = form.picture.data
    if not sent:
        return None
    if _size(sent.stream) > MOST_BYTES:
        raise PictureTooLarge
    return redrawn(sent.read())


def _size(stream: IO[bytes]) -> int:
    size = stream.seek(0, 2)
    stream.seek(0)
    return size


def _raise(ground: Ground, form: AskForm, picture: bytes | None, now: datetime) -> Raised:
    member, words = ground.member, form.words.data or ""
    kind = guess_kind(words) if form.kind.data == GUESS else NeedKind(form.kind.data)
    with transaction() as session:
        enterprise = member.enterprise if member else ground.enterprise
        said = SaidNeed(kind, words, ground.space, enterprise=enterprise, picture=picture)
        if member is not None:
            return raise_need(session, ground.park, NeedAsker(member), said, by=actor(), now=now)
        asker = NeedAsker(None, form.name.data or "", form.company.data or "", form.phone.data or "")
        by = Actor(asker.name, park_id=ground.park.id)
        return raise_need(session, ground.park, asker, said, by=by, now=now, token_of=_token_of)


def _told(raised: Raised, member: Member | None) -> str:
    if member is None and not raised.token:
        return gettext("这件事已经有人说过，正在办理，没有重复登记。答复在当时的链接里，也会打电话告知。")
    if not raised.is_new:
        return gettext("这件事你已经说过，还在办理中，没有重复登记。")
    facts = {"day": day(raised.need.due_on)}
    return gettext("收到了，%(day)s前答复你。", **facts)


def _need_or_404(token: str) -> Need:
    need = need_of_link(db.session(), token) or abort(NOT_FOUND)
    g.park_at_hand = need.park
    return need


@blueprint.get("/asked/<token>")
@anyone  # whoever holds the link
def follow(token: str) -> Response:
    """Show where the need stands, its answer, and the two buttons."""
    need = _need_or_404(token)
    steps = steps_of(db.session(), need.id)
    url = current_app.config["BASE_URL"] + url_for(".follow", token=token)
    page = render_template(
        "needs/follow.html", need=need, steps=steps, token=token, form=RemarkForm(), address=url
    )
    answer = make_response(page)
    answer.headers["Referrer-Policy"] = NO_REFERRER
    return answer


@blueprint.post("/asked/<token>/solved")
@anyone  # whoever holds the link
def solved(token: str) -> ResponseReturnValue:
    """Say that it is solved."""
    need = _need_or_404(token)
    with transaction() as session:
        end_need(session, need.id, by=_holder(need), now=clock.now())
    flash(gettext("好的，这件诉求已办结。"), "success")
    return redirect(url_for(".follow", token=token))


@blueprint.post("/asked/<token>/again")
@anyone  # whoever holds the link
@takes(_("诉求"), RemarkForm)
def again(token: str) -> ResponseReturnValue:
    """Say that it is not solved."""
    need, form = _need_or_404(token), RemarkForm()
    if not form.validate_on_submit():
        flash(gettext("请写短一点再发一次。"), "warning")
        return redirect(url_for(".follow", token=token))
    words, by = form.remark.data or "", _holder(need)
    return pressed(
        lambda session: reopen_need(session, need.id, by=by, now=clock.now(), words=words),
        gettext("已重新打开，期限重新计算。"),
        url_for(".follow", token=token),
    )


@blueprint.get("/asked/<token>/picture")
@anyone  # whoever holds the link
def picture_of_link(token: str) -> Response:
    """Give the picture that was sent."""
    need = _need_or_404(token)
    if need.picture_id is None:
        abort(NOT_FOUND)
    document = db.session.get_one(Document, need.picture_id)
    answer = send_document(document, plain=f"need-{need.id}", look=True)
    answer.headers["Referrer-Policy"] = NO_REFERRER
    return answer


def _holder(need: Need) -> Actor:
    return Actor(need.asker_name, park_id=need.park_id)
