"""A small app that shows every component in all its states, with no database behind it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, NumberRange, Optional

from booking.blueprints.kit import charts, filters, labels, navigation, static_files
from booking.blueprints.kit.forms import validators
from booking.blueprints.kit.forms.fields import options
from booking.blueprints.kit.forms.needs import MeetingForm
from booking.blueprints.kit.navigation import Item
from booking.blueprints.kit.static_files import asset
from booking.blueprints.kit.timeline import Axis, BlockKind, Claim, row_maker
from booking.blueprints.kit.why import Explanation, FigurePart
from booking.blueprints.month.show import drawn_columns
from booking.language import Catalogues
from booking.values import Money, Month, Span
from tests.gateways.month_samples import FULLEST, ORDINARY

HERE = Path(__file__).parent
BOOKING = HERE.parent.parent / "booking"
ZONE = ZoneInfo("Asia/Shanghai")
CSP = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

KINDS = [("workstation", "共享工位"), ("meeting_room", "共享会议室")]
WAYS = [("transfer", "对公转账"), ("online", "在线支付")]


class ExampleForm(FlaskForm):
    purpose = StringField(
        "用途", [DataRequired("请写明用途。")], description="写在门口的屏幕上，别的企业看不到。"
    )
    people = IntegerField("人数", [DataRequired("请填写人数。"), NumberRange(1, 12, "这里最多坐 12 人。")])
    day = DateField("日期", [DataRequired()], default=date(2026, 11, 3))
    start = TimeField("开始", [DataRequired()], default=time(16, 30))
    end = TimeField("结束", [DataRequired()], default=time(18, 30))
    kind = SelectField("空间类型", choices=options(KINDS))
    note = TextAreaField("备注", [Optional()])
    plan = FileField("平面图", [Optional()], description="PNG 或 JPEG，不超过 5 MB。")
    pay = RadioField("付款方式", choices=options(WAYS), default="transfer")
    remind = BooleanField("开始前 10 分钟提醒我", default=True)


FIGURE = Explanation(
    "净节省从哪来",
    "¥7,680.00",
    "原租金 − 保留租金 − 共享支出",
    [
        FigurePart("原租金", "¥19,200.00", "200 m² × ¥3.20 × 30 天", url="#", paper="租赁合同"),
        FigurePart("保留租金", "¥10,080.00", "105 m² × ¥3.20 × 30 天", sign="−", doubt="自报"),
        FigurePart("共享支出", "¥1,440.00", "2026-000123", sign="−", url="#", paper="账单 PDF"),
        FigurePart("净节省", "¥7,680.00", "占原租金 40.0%", sign="="),
    ],
    [("节省", "#")],
    ["由企业自行申报的数字标“自报”。"],
    doubt="部分自报",
)


def at(hour: int, minute: int = 0, day: int = 3) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def span(first: datetime, last: datetime) -> Span:
    return Span(first, last)


def _claims(index: int) -> list[Claim]:
    """Invent a believable day for a room."""
    claims = []
    hour = 8 + index % 3
    while hour < 20:
        kind: BlockKind = "mine" if (index * 7 + hour) % 11 == 0 else "busy"
        start = at(hour, 15 * (index % 4))
        end = start + timedelta(minutes=30 + 15 * ((index + hour) % 6))
        claims.append(
            Claim(
                kind,
                span(start, end),
                "产品周会" if kind == "mine" else "",
                "#mine" if kind == "mine" else "",
            )
        )
        hour += 2 + (index + hour) % 3
    return claims


def day_rows(
    rooms: int, first: datetime, last: datetime, *, books: bool = True, shortest: int = 1
) -> dict[str, object]:
    axis = Axis(span(first, last), ZONE)
    from_now = axis.column_after(at(9, 40))
    maker = row_maker(axis, "/gallery?", from_now, bookable=books, shortest=shortest)
    kinds = ("meeting_room", "workstation", "hall", "storage")
    rows = [
        maker.html(
            n,
            f"{['听雨', '观澜', '问渠', '知行'][n % 4]}会议室 {n + 1}",
            [Claim("closed", span(at(13), at(17)), "空调检修"), Claim("busy", span(at(9), at(10, 30)))]
            if n == 3
            else _claims(n),
            detail=f"{4 + n % 9} 人 · {n % 4 + 1} 层",
            href=f"#room-{n}",
            picture=asset(f"img/space-{kinds[n % 4]}.svg"),
        )
        for n in range(rooms)
    ]
    return {
        "rows": rows,
        "ticks": axis.ticks(),
        "columns": axis.columns,
        "now": axis.now(at(9, 40)),
        "open_at": axis.column(at(9)),
    }


def savings(before: int, kept: int, shared: int) -> charts.Chart:
    def part(fen: int, label: str) -> charts.Part:
        return charts.Part(fen, label, filters.money(Money(fen)))

    return charts.before_and_now(
        part(before, "原租金"),
        part(kept, "保留租金"),
        part(shared, "共享支出"),
        part(before - kept - shared, "节省" if before > kept + shared else "多花"),
        ("从前", "现在"),
    )


def pictures() -> dict[str, object]:
    months = [charts.StackedColumn(str(n), [n * 700 % 5200 + 800, n * 300 % 2100]) for n in range(1, 13)]
    use = charts.use_bars(
        [
            ("预订", "16:30–18:30", span(at(16, 30), at(18, 30))),
            ("使用", "16:36–18:17", span(at(16, 36), at(18, 17))),
            ("计费", "16:36–18:21", span(at(16, 36), at(18, 21))),
        ],
        ZONE,
    )
    storage = charts.use_bars(
        [
            ("预订", "至 2月3日", span(at(15, 0, 1), at(10, 0, 9))),
            ("使用", "", None),
            ("计费", "9 天", span(at(0, 0, 1), at(0, 0, 10))),
        ],
        ZONE,
    )
    return {
        "saving": savings(1920000, 1008000, 144000),
        "excess": savings(900000, 800000, 250000),
        "months": charts.stacked_columns(months),
        "spark": charts.sparkline([c.parts[0] for c in months]),
        "use": use,
        "storage_use": storage,
    }


class GalleryFrame(navigation.Frame):
    park_name = "青溪科创园"
    home_url = "/gallery"
    user_name = "李晓雯"
    user_detail = "云帆软件"
    theme = ""
    sign_out_url = "/gallery"
    ask_url = "#"

    @property
    def nav(self) -> list[Item]:
        if "bare" in request.args:
            return []
        return [
            Item("今天", "/gallery", "home", current=True),
            Item("预订", "/timeline", "calendar", current=False),
            Item("账单", "#", "bill", current=False, badge="2"),
            Item("节省", "#", "savings", current=False),
            Item("更多", "#", "more", current=False),
        ]


def make_app() -> Flask:
    app = Flask("gallery", static_folder=None, template_folder=str(HERE))
    app.config.update(SECRET_KEY="only for looking", WTF_CSRF_TIME_LIMIT=None)
    app.jinja_env.undefined = StrictUndefined
    loader = FileSystemLoader([BOOKING / "templates", HERE])
    app.jinja_loader = ChoiceLoader([loader])
    babel = Babel()
    babel.init_app(
        app,
        default_locale="zh_Hans_CN",
        default_timezone="Asia/Shanghai",
        locale_selector=lambda: request.args.get("lang", "zh_Hans_CN"),
    )
    babel.domain_instance = Catalogues()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    filters.init(app)
    validators.init(app)
    labels.init(app)
    static_files.init(app)
    app.register_blueprint(static_files.blueprint)
    app.context_processor(lambda: {"frame": GalleryFrame()})
    app.jinja_env.globals["trail"] = lambda items: items
    app.before_request(lambda: setattr(g, "zone", ZONE))
    app.after_request(_headers)
    app.add_url_rule("/gallery", view_func=gallery, methods=["GET", "POST"])
    app.add_url_rule("/timeline", view_func=timeline)
    app.add_url_rule("/month", view_func=month)
    app.add_url_rule("/decide/<month>/<matter_id>", "month.decide", month)
    app.add_url_rule("/settle/<matter_id>/<outcome>", "needs.settle", month)
    app.add_url_rule("/quote", view_func=quote)
    app.add_url_rule("/errors/<name>", view_func=error)
    return app


def _headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CSP
    return response


def gallery() -> str:
    form = ExampleForm()
    wrong = ExampleForm(formdata=None, purpose="", people=40, day=date(2026, 11, 3))
    wrong.purpose.errors = ["请写明用途。"]
    wrong.people.errors = ["这里最多坐 12 人。"]
    wrong.end.errors = ["结束时间要晚于开始时间。"]
    wrong.kind.errors = ["请选择一种空间。"]
    for field in wrong:
        field.id = f"wrong-{field.id}"
    samples = SimpleNamespace(
        money=Money(123450),
        owed=Money(-123450),
        when=span(at(16, 36), at(18, 17)),
        length=timedelta(hours=1, minutes=41),
        area=200_00,
        share=Decimal("0.4"),
        month=Month(2026, 10, ZONE),
        day=date(2026, 11, 3),
        now=datetime(2026, 11, 3, 8, 36, tzinfo=UTC),
    )
    return render_template(
        "gallery.html",
        form=form,
        wrong=wrong,
        pictures=pictures(),
        samples=samples,
        figure=FIGURE,
        day=day_rows(6, at(8), at(22)),
    )


def month(**_: str) -> str:
    """Show the month page; `?full` the fullest there may be, `?projector` as it stands on the wall."""
    board = FULLEST if "full" in request.args else ORDINARY
    names = (
        "previous",
        "next",
        "plain",
        "projector",
        "here",
        "decided",
        "sign",
        "report",
        "pdf",
        "png",
        "svg",
    )
    return render_template(
        "month/show.html",
        month="2026-10",
        board=board,
        columns=drawn_columns(board.columns),
        speech=board.headline_text,
        projected="projector" in request.args,
        draft="",
        undecided=(),
        waits=() if "projector" in request.args else [("2 份基线待核", "#")],
        decision=MeetingForm(formdata=None, month="2026-10", by_when=date(2026, 11, 20)),
        refused=None,
        overtaken=None,
        next_to_decide=None,
        all_decided=False,
        next_place="to-decide",
        previous_label="九月",
        next_label="十一月",
        links=dict.fromkeys(names, "#"),
    )


def timeline() -> str:
    rooms = int(request.args.get("rooms", "14"))
    if "whole" in request.args:
        return render_template("gallery_timeline.html", day=day_rows(rooms, at(0), at(0, 0, 4)), books=True)
    books, shortest = "look" not in request.args, int(request.args.get("shortest", "1"))
    return render_template(
        "gallery_timeline.html",
        day=day_rows(rooms, at(8), at(22), books=books, shortest=shortest),
        books=books,
    )


def quote() -> Response:
    start, end = (datetime.fromisoformat(request.args[name]) for name in ("start", "end"))
    minutes = int((end - start).total_seconds()) // 60
    text = filters.money(Money(minutes * 8000 // 60))
    detail = f"{filters.duration(minutes)} × ¥80.00/小时"
    problem = "这个会议室最短预订 30 分钟。" if minutes < 30 else None
    return Response(
        json.dumps({"text": text, "detail": detail, "problem": problem}), mimetype="application/json"
    )


def error(name: str) -> str:
    return render_template(f"errors/{name}.html", request_id="7f3a9c21")


if __name__ == "__main__":
    import sys

    make_app().run(port=int(sys.argv[1]), threaded=True)
