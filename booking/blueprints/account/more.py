"""Everything else somebody may do here, and their own account: language and theme, for everybody."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, flash, render_template, request, session, url_for
from flask_login import current_user
from werkzeug import Response

from booking.blueprints.kit.access import STAFF, TENANTS, allow, anyone
from booking.blueprints.kit.http import safe_redirect
from booking.blueprints.kit.month_sheet.agenda import waiting_for_me
from booking.blueprints.kit.navigation import THEMES, theme, unread_badge
from booking.blueprints.kit.session import me
from booking.db import transaction
from booking.language import ENGLISH, LANGUAGES, force_locale, gettext, language_tag, ngettext
from booking.people.accounts import choose_copies, choose_language
from booking.people.models import Member, Role

blueprint = Blueprint("more", __name__)


@dataclass(frozen=True, slots=True)
class MenuLink:
    """A link of the page: whom it is for and where it leads."""

    endpoint: str
    label: str
    detail: str
    icon: str
    roles: Collection[Role]


def _links() -> Iterator[MenuLink]:
    admin = (Role.ADMIN,)
    yield MenuLink(
        "inbox.index", gettext("收件箱"), gettext("写给你的信，邮箱里没收到也在这里"), "mail", tuple(Role)
    )
    manager = (Role.MANAGER,)
    readers = (*admin, Role.BRANCH)
    yield from _links_of_tenants()
    yield MenuLink("company.people", gettext("同事"), gettext("邀请、角色、预订权限"), "people", manager)
    yield MenuLink(
        "company.particulars", gettext("企业资料"), gettext("账单信息、预算、具名同意"), "building", manager
    )
    yield MenuLink("invoices.index", gettext("历史账单"), gettext("已关账的月份和 PDF"), "document", manager)
    yield MenuLink("calendar.day", gettext("时间表"), gettext("全部空间的一天"), "calendar", readers)
    yield MenuLink(
        "tariffs.index", ngettext("价目", "价目", 2), gettext("价格、时段、免费额度"), "price", admin
    )
    yield MenuLink(
        "disputes.index", ngettext("异议", "异议", 2), gettext("企业对明细的疑问，等你答复"), "talk", admin
    )
    yield MenuLink("month.index", gettext("本月"), gettext("例会上的一页纸"), "chart", admin)
    yield MenuLink("report.index", gettext("节省报告"), gettext("全园区，按月"), "award", readers)
    yield MenuLink("enterprises.index", gettext("企业"), gettext("园区里的企业"), "building", (Role.BRANCH,))
    yield from _links_of_the_round(admin)
    yield from _links_of_the_park(admin)


def _links_of_the_round(admin: tuple[Role, ...]) -> Iterator[MenuLink]:
    readers = (*admin, Role.BRANCH)
    yield from _links_of_needs(readers)
    yield from _links_of_use(admin, readers)
    yield MenuLink(
        "savings.pending",
        gettext("待核基线"),
        gettext("企业申报的原租赁基线，核对后才计入"),
        "check",
        readers,
    )


def _links_of_use(admin: tuple[Role, ...], readers: tuple[Role, ...]) -> Iterator[MenuLink]:
    yield MenuLink(
        "idle_places.index",
        gettext("闲置点"),
        gettext("空着的地方，和后来做成了什么"),
        "door",
        readers,
    )
    yield MenuLink(
        "utilisation.show",
        gettext("利用率"),
        gettext("用了多少、什么时候用、错时和延时"),
        "clock",
        admin,
    )
    yield MenuLink(
        "cycle.timeline",
        gettext("11530 月度节奏"),
        gettext("清单、跟进、评估，走访名单"),
        "calendar",
        readers,
    )


def _links_of_tenants() -> Iterator[MenuLink]:
    yield MenuLink(
        "scan.find", gettext("扫码或输入编号"), gettext("到了空间门口，签到或临时使用"), "qr", TENANTS
    )
    yield MenuLink(
        "needs.mine", gettext("我的诉求"), gettext("说过的事，谁在办、什么时候答复"), "talk", TENANTS
    )
    yield MenuLink(
        "cycle.this_month", gettext("本月清单"), gettext("上个月用得怎样，怎样更省"), "check", TENANTS
    )
    yield MenuLink(
        "cycle.month_to_date",
        gettext("本月到今天"),
        gettext("用了、花了多少，和上月比"),
        "bill",
        (Role.MANAGER,),
    )
    yield MenuLink("needs.my_card", gettext("连心卡"), gettext("你的联络员，电话和二维码"), "people", TENANTS)
    yield MenuLink("reservations.index", gettext("我的预订"), gettext("将来的和过去的"), "calendar", TENANTS)
    yield MenuLink(
        "feeds.index", gettext("日历订阅"), gettext("预订和活动自动进自己的日历"), "calendar", TENANTS
    )
    yield MenuLink(
        "reminders.index", gettext("提醒"), gettext("开始前、结束前、没签到时，怎么告诉你"), "bell", TENANTS
    )
    yield MenuLink("calendar.search", gettext("查找空闲"), gettext("按时间、人数和设备"), "search", TENANTS)
    yield MenuLink(
        "activities.index",
        gettext("活动"),
        gettext("会客厅里的活动，报名和签到"),
        "hall",
        (*TENANTS, Role.ADMIN),
    )


def _links_of_needs(staff: tuple[Role, ...]) -> Iterator[MenuLink]:
    yield MenuLink(
        "needs.index",
        gettext("诉求"),
        gettext("想要、报修、投诉、走访，先到期的在前"),
        "talk",
        (Role.ADMIN,),
    )
    yield MenuLink(
        "needs.matters",
        ngettext("议题", "议题", 2),
        gettext("几家说的同一件事，交给例会定"),
        "flag",
        staff,
    )
    yield MenuLink(
        "needs.visits", ngettext("走访", "走访", 2), gettext("见到了，或留下连心卡"), "people", staff
    )
    yield MenuLink(
        "needs.liaisons", ngettext("联络员", "联络员", 2), gettext("每家企业的联络员和连心卡"), "card", staff
    )
    yield MenuLink(
        "needs.trend",
        gettext("诉求走势"),
        gettext("按月件数，和以前申报的数字"),
        "chart",
        staff,
    )


def _links_of_the_park(admin: tuple[Role, ...]) -> Iterator[MenuLink]:
    yield MenuLink("inventory.labels", gettext("二维码标签"), gettext("打印后贴在空间门口"), "qr", admin)
    yield MenuLink("exchange.index", gettext("导入导出"), gettext("空间的 CSV 和 XLSX"), "upload", admin)
    yield MenuLink(
        "park.particulars", gettext("园区资料"), gettext("开放时间、期限、账单信息"), "settings", admin
    )
    yield MenuLink("park.people", gettext("园区人员"), gettext("管理员和党支部的账号"), "people", admin)
    yield MenuLink("park.year", gettext("工作日历"), gettext("节假日和调休"), "calendar", admin)
    yield MenuLink("park.letters", gettext("邮件"), gettext("待发、已发、未能送达"), "mail", admin)
    yield MenuLink("park.trail", gettext("变更记录"), gettext("谁在什么时候改了什么"), "clock", admin)


@blueprint.get("/more")
@allow(*Role)
def index() -> str:
    """List what else there is for the reader's role, then their account."""
    member = me()
    waiting = _waiting(member)
    mine = [door for door in _links() if member.role in door.roles]
    mine.sort(key=lambda door: not waiting.get(door.endpoint))  # what waits comes first
    doors = [(door, url_for(door.endpoint), waiting.get(door.endpoint, "")) for door in mine]
    return render_template(
        "more/index.html", doors=doors, member=member, letters_differ=letters_differ(), **choices()
    )


def _waiting(member: Member) -> dict[str, str]:
    """Say by its door what waits behind it."""
    said = {}
    if unread := unread_badge():
        said["inbox.index"] = unread
    if member.role in STAFF and (pending := waiting_for_me()):
        said["savings.pending"] = gettext("%(count)s 份待核", count=pending)
    return said


preferences_blueprint = Blueprint("preferences", __name__)


def choices() -> dict[str, list[tuple[str, str, bool]]]:
    """Give (value, label, chosen) of each language and theme; a language in its own words.

    English that only the browser asked for is nobody's choice: letters are in Chinese until it is.
    """
    spoken = "en" if language_tag() == ENGLISH else "zh"
    names = {"zh": "中文", "en": "English"}
    return {
        "languages": [(code, names[code], code == spoken and not letters_differ()) for code in LANGUAGES],
        "themes": [(code, label, code == theme()) for code, label in _themes().items()],
    }


def letters_differ() -> bool:
    """Tell whether the reader's letters come in Chinese while their pages speak English."""
    signed_in = bool(current_user.is_authenticated)
    return signed_in and current_user.language is None and language_tag() == ENGLISH


def _themes() -> dict[str, str]:
    return {"": gettext("跟随设备"), "light": gettext("浅色"), "dark": gettext("深色")}


@preferences_blueprint.get("/preferences")
@anyone  # strangers read too
def show() -> str:
    """Offer both languages and three themes."""
    return render_template("preferences/show.html", **choices())


@preferences_blueprint.post("/preferences/language")
@anyone  # strangers read too
def language() -> Response:
    """Speak another language from now on: kept with the account, or with an anonymous session."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    session["language"] = chosen
    if current_user.is_authenticated:
        with transaction() as writing:
            choose_language(writing, me().id, chosen)
    with force_locale(LANGUAGES[chosen]):
        flash(gettext("页面现在是中文。"), "success")
    return _back("language", chosen)


WANTED = "yes"


@preferences_blueprint.post("/preferences/copies")
@allow(*TENANTS)
def copies() -> Response:
    """Choose whether letters come on what one books and changes oneself, too."""
    wanted = request.form.get("copies") == WANTED
    with transaction() as writing:
        choose_copies(writing, me().id, wanted=wanted)
    on, off = gettext("自己订的、自己改的，也发邮件给你。"), gettext("自己订的、自己改的，不发邮件。")
    flash(on if wanted else off, "success")
    return _back("copies", WANTED if wanted else "")


YEAR_SECONDS = 365 * 24 * 60 * 60


@preferences_blueprint.post("/preferences/theme")
@anyone  # strangers read too
def colours() -> Response:
    """Draw pages light, dark, or as the device does; kept in this browser."""
    chosen = request.form.get("theme", "")
    if chosen and chosen not in THEMES:
        abort(400)
    flash(gettext("外观：%(name)s。", name=_themes()[chosen]), "success")
    answer = _back("theme", chosen)
    if chosen:
        answer.set_cookie(
            "theme",
            chosen,
            max_age=YEAR_SECONDS,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    else:
        answer.delete_cookie("theme")
    return answer


def _back(name: str, value: str) -> Response:
    """Lead back to the page, and on it to the button that was pressed, where it has one."""
    page = request.form.get("next", "").partition("#")[0]
    return safe_redirect(f"{page}#{name}-{value}" if page else "", url_for("preferences.show"))
