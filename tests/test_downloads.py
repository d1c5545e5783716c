"""Whatever can be downloaded comes from a real server, under whatever name it has."""

from __future__ import annotations

import http.client
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path
from types import FunctionType
from urllib.parse import unquote, urlsplit

import pytest
from gunicorn.http.wsgi import HEADER_VALUE_RE
from hypothesis import given, strategies as st
from werkzeug.http import parse_options_header

import booking
from booking.blueprints.kit.access import allowed_at
from booking.blueprints.kit.http import disposition, send_bytes
from booking.documents.store import store
from booking.invoices.models import CreditNote, Invoice, InvoiceState
from booking.mail.models import LetterEnclosure
from booking.people.models import Role
from booking.savings.models import Baseline, BaselineState, Evidence, SavingsReport
from booking.savings.report_data import stored_data
from booking.spaces.models import Space
from booking.values import Money, Month
from booking.values.names import file_name, with_ending
from tests.access_cases import PARTY, make_all
from tests.harness.app import close, make_app, open_session
from tests.harness.run import HANGS
from tests.harness.times import TUESDAY
from tests.harness.world import World
from tests.savings.books import report_of
from tests.test_access import routes, url_of

PDF = b"%PDF-1.7 looks like one %%EOF"
HTML = b"<script>alert(document.cookie)</script>"
NAMES = (
    "租赁合同 2026年（补充协议）.pdf",
    'he said "yes"; filename="other.exe".pdf',
    "长" * 196 + ".pdf",
    "../../../etc/passwd\r\nSet-Cookie: mine=1\r\n\r\n<b>.pdf",
    "bill\u202efdp.exe",
    "C:\\files\\CON.pdf",
    "100%25 'quoted' 50% 😀.pdf",
    " . ",
)

# Every route that hands out a file, and how: "keep" is stored by the browser, "look" is shown by it.
DOWNLOADS = {
    "activities.calendar": "look",
    "activities.picture": "look",
    "activities.poster": "look",
    "activity_guests.calendar": "look",
    "exchange.export": "keep",
    "exchange.template": "keep",
    "inventory.label_sheet": "keep",
    "invoices.credit_pdf": "look",
    "invoices.pdf": "look",
    "month.paper": "look",
    "needs.card_file": "look",
    "needs.figure_paper": "keep",
    "needs.my_card_file": "look",
    "needs.photo": "look",
    "needs.picture": "look",
    "needs.picture_of_link": "look",
    "park.enclosure": "look",
    "pictures.show": "look",
    "report.pdf": "keep",
    "report.xlsx": "keep",
    "inbox.enclosure": "look",
    "feeds.file": "look",
    "reservations.calendar_file": "look",
    "savings.evidence": "keep",
    "savings.paper": "look",
    "series.calendar_file": "look",
}
# Routes whose answer is neither a page nor a file, and what it is.
NO_FILES = {
    "files.static": "our own scripts and styles",
    "files.favicon": "our own icon",
    "files.service_worker": "our own script",
    "door.worker": "our own script",
    **dict.fromkeys(
        ("health.alive", "health.healthz", "health.late", "health.ready"), "how the server is, as JSON"
    ),
    **dict.fromkeys(("calendar.price", "reservations.pool_price"), "a price, as JSON"),
}
ASKED_FOR = {"inventory.label_sheet": "?form=pdf"}  # else it is a page
DRAWN = {"application/pdf", "image/svg+xml", "image/png", "image/jpeg", "image/webp", "text/calendar"}
RUNS = {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml"}
SPOILT = re.compile(r'[\x00-\x1f\x7f/\\"<>:|?*\u202a-\u202e\u2066-\u2069]')
ROLES = (Role.ADMIN, Role.BRANCH, Role.MANAGER, Role.MEMBER)


@dataclass(frozen=True)
class Answer:
    """What came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def kind(self):
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def disposition(self):
        return self.headers.get("content-disposition", "")

    @property
    def name(self):
        """Read the name as RFC 6266 says: the long form where there is one."""
        long = re.search(r"filename\*=UTF-8''([^;\s]+)", self.disposition)
        short = re.search(r'filename="((?:[^"\\]|\\.)*)"', self.disposition)
        return unquote(long[1], errors="strict") if long else short[1] if short else ""


class Browser:
    """Asks a server as members of one park, without a browser's kindness."""

    def __init__(self, app, url, have):
        self.app, self.have = app, have
        self.host = urlsplit(url).netloc

    def cookie(self, role):
        member = self.have.people[role]
        kept = {"_user_id": f"{member.id}.{member.session_version}.browser", "_fresh": True}
        return f"session={self.app.session_interface.get_signing_serializer(self.app).dumps(kept)}"

    def get(self, path, role):
        line = http.client.HTTPConnection(self.host, timeout=HANGS)
        line.request("GET", path, headers={"Cookie": self.cookie(role)})
        answer = line.getresponse()
        found = Answer(
            answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()
        )
        line.close()
        return found


@pytest.fixture(scope="module")
def told(sqlite_template, serve, tmp_path_factory):
    """Give a park with everything in it, and somebody who asks the real server about it."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("downloads"))
    app = make_app(f"sqlite:///{file}")
    with open_session(app) as session:
        world = World(session, TUESDAY.astimezone(UTC))
        have = make_all(world, world.park(name="第一“园区”\u202e"))
        have.enterprise.may_be_named = True
        session.commit()
        with serve(f"sqlite:///{file}", workers=1, threads=4) as server:
            yield world, have, Browser(app, server.url, have)
    close(app)


def role_for(app, endpoint):
    allowed = allowed_at(app, endpoint)
    return next((role for role in ROLES if not allowed or role in allowed), None)


def named_like(world, have, name, number):
    """Make one of each thing that has a name somebody typed; give endpoint and paths of each."""
    session, park = world.session, have.park
    paper = store(session, park.id, name[:200], "application/pdf", PDF, now=world.now)
    workbook = store(session, park.id, name[:200], "application/x-unheard-of", HTML, now=world.now)
    facts = {"park_id": park.id, "enterprise_id": have.enterprise.id}
    month = f"2024-{number:02d}"
    lease = {"area_hundredths": 1, "price": Money(1), "own_area_hundredths": 0, "own_price": Money(0)}
    since = date(2024, number, 1)
    baseline = Baseline(
        **facts,
        **lease,
        valid_from=since,
        document_id=paper.id,
        created_at=world.now,
        evidence=Evidence.DOCUMENTED,
        state=BaselineState.CHECKED,
        decided_at=world.now,
    )
    invoice = Invoice(
        **facts,
        month_key=202400 + number,
        year=2024,
        serial=number,
        number=f"{name[:36]}{number}",
        issued_at=world.now,
        due_on=since,
        total=Money(100),
        tax=Money(6),
        tax_lines=[],
        seller=PARTY,
        buyer=PARTY,
        left_out=[],
        document_id=paper.id,
        state=InvoiceState.DUE,
    )
    session.add_all([baseline, invoice])
    session.flush()
    note = CreditNote(
        park_id=park.id,
        invoice_id=invoice.id,
        year=2024,
        serial=number,
        number=f"{name[:36]}{number}",
        issued_at=world.now,
        amount=Money(1),
        tax=Money(0),
        reason="多收",
        document_id=paper.id,
    )
    report = SavingsReport(
        park_id=park.id, month_key=202400 + number, signed_at=world.now,
        stored_data=stored_data(report_of(session, park, Month.parse(month, park.zone), world.now)),
        pdf_id=paper.id, xlsx_id=workbook.id,
    )  # fmt: skip
    enclosed = [
        LetterEnclosure(letter_id=have["letter_id"], document_id=one.id, name="a")
        for one in (paper, workbook)
    ]
    session.add_all([note, report, *enclosed])
    session.get_one(Space, have["space_id"]).picture_id = paper.id
    session.commit()
    return {
        "savings.evidence": [f"/savings/evidence/{baseline.id}"],
        "savings.paper": [f"/savings/baselines/{baseline.id}/paper"],
        "invoices.pdf": [f"/invoices/{invoice.id}.pdf"],
        "invoices.credit_pdf": [f"/invoices/credit-notes/{note.id}.pdf"],
        "park.enclosure": [
            f"/park/letters/{have['letter_id']}/enclosures/{one.id}" for one in (paper, workbook)
        ],
        "report.pdf": [f"/report/{month}.pdf"],
        "report.xlsx": [f"/report/{month}.xlsx"],
        "pictures.show": [f"/pictures/{paper.id}"],
    }


def complaints(endpoint, path, answer):
    """Say what is wrong with a file as it came."""
    if answer.status != 200:
        return [f"{endpoint} {path}: {answer.status}"]
    name, header = answer.name, answer.disposition
    drawn = DOWNLOADS[endpoint] == "look" and answer.kind in DRAWN
    rules = {
        "is stored where it should be shown, or shown": header.startswith(
            "inline;" if drawn else "attachment;"
        ),
        "has a header no server sends": header.isascii() and "\n" not in header,
        "keeps what spoils a name": not SPOILT.search(name) and not name.startswith("."),
        "is too long": len(name.encode()) <= 200,
        "has no name": bool(name),
        "may act in our origin": (answer.kind in {"application/pdf", "text/calendar"} and drawn)
        or "sandbox" in answer.headers.get("content-security-policy", ""),
        "has no useful name for old readers": re.search(
            r'filename="(?!file|_)[A-Za-z0-9][^"]*(?:\.[a-z]+)?"', header
        ),
        "is named like a device": name.partition(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL"},
        "runs in our origin": answer.kind not in RUNS or is_boxed_drawing(answer),
        "may be taken for something else": answer.headers.get("x-content-type-options") == "nosniff",
        "sets a cookie out of its name": "mine=1" not in answer.headers.get("set-cookie", ""),
    }
    return [f"{endpoint} {path} {rule}: {answer.kind} {header}" for rule, kept in rules.items() if not kept]


def is_boxed_drawing(answer):
    """Tell whether it is an SVG that a browser draws in a box of no origin, where nothing runs."""
    return answer.kind == "image/svg+xml" and boxed(answer)


def boxed(answer):
    policy = answer.headers.get("content-security-policy", "")
    return policy.startswith("sandbox; default-src 'none'")


def test_whatever_its_name_every_file_is_handed_out(told):
    world, have, browser = told
    in_full = {name: with_ending(file_name(name, "evidence"), (".pdf",)) for name in NAMES}
    assert in_full[NAMES[0]] == NAMES[0]
    wrong = []
    for number, name in enumerate(NAMES, start=1):
        for endpoint, paths in named_like(world, have, name, number).items():
            for path in paths:
                answer = browser.get(path, role_for(browser.app, endpoint))
                wrong += [f"{name[:20]!r} {one}" for one in complaints(endpoint, path, answer)]
                if endpoint == "savings.evidence" and (
                    answer.body != PDF
                    or re.sub(r"^evidence-\d+", "evidence", answer.name) != in_full.get(name)
                ):
                    wrong.append(f"{name!r} came as {answer.name!r}")
    assert not wrong, "\n".join(wrong)


def test_every_route_that_hands_out_a_file_is_known_here(told):
    """A new one stands in DOWNLOADS and keeps its rules, or in NO_FILES with what it is."""
    _, have, browser = told
    app, wrong, met = browser.app, [], set()
    for rule in routes(app):
        if "GET" not in (rule.methods or ()):
            continue
        endpoint = rule.endpoint
        path = url_of(app, rule, have) + ASKED_FOR.get(endpoint, "")
        answer = browser.get(path, role_for(app, endpoint))
        if answer.status >= 500 and endpoint not in NO_FILES:
            wrong.append(f"{endpoint} {path}: {answer.status}")
        file = answer.status == 200 and (answer.kind != "text/html" or answer.disposition)
        if file and endpoint not in DOWNLOADS and endpoint not in NO_FILES:
            wrong.append(f"{endpoint} {path} hands out {answer.kind}: say in DOWNLOADS how")
        elif file and endpoint in DOWNLOADS:
            met.add(endpoint)
            wrong += complaints(endpoint, path, answer)
    assert not wrong, "\n".join(wrong)
    # these need a signed report, a picture, a card or a paper: the test of names or their own tests do
    assert set(DOWNLOADS) - met <= {
        "activity_guests.calendar",
        "feeds.file",
        "inbox.enclosure",
        "needs.card_file",
        "needs.my_card_file",
        "needs.photo",
        "needs.picture",
        "needs.picture_of_link",
        "park.enclosure",
        "pictures.show",
        "report.pdf",
        "report.xlsx",
    }


def test_views_that_hand_out_files_all_go_one_way_and_are_known_here(app):
    """Nobody but `downloads` writes the header, and no view uses it that is not in DOWNLOADS."""
    root = Path(booking.__file__).parent
    ways = ("Content-Disposition", "send_file", "send_from_directory", "download_name")
    others = [
        f"{path.relative_to(root)}: {way}"
        for path in root.rglob("*.py")
        for way in ways
        if path.name != "http.py" and way in path.read_text(encoding="utf-8")
    ]
    assert not others, "hand files out through booking.blueprints.kit.http:\n" + "\n".join(others)
    users = {name for name, view in app.view_functions.items() if hands_out(view)}
    assert users == set(DOWNLOADS)


def hands_out(function, depth=3):
    """Tell whether a view calls `hand_out`, itself or through functions of ours."""
    if not isinstance(function, FunctionType) or not function.__module__.startswith("booking.blueprints"):
        return False
    called = [function.__globals__.get(name) for name in function.__code__.co_names]
    return any(one is send_bytes for one in called) or bool(
        depth and any(hands_out(one, depth - 1) for one in called)
    )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("租赁合同.pdf", "租赁合同.pdf"),
        ("../../etc/passwd", "etc passwd"),
        ("bill\u202efdp.exe", "billfdp.exe"),
        ("CON.txt", "_CON.txt"),
        ("长" * 300 + ".pdf", "长" * 58 + ".pdf"),
        ("a\r\nX: y.pdf", "a X y.pdf"),
        ("", "file"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_files_name_is_one_that_every_computer_takes(typed, name):
    assert file_name(typed) == name


@given(st.text())
def test_no_text_spoils_the_header(typed):
    header = disposition(file_name(typed), plain="evidence-1")
    assert HEADER_VALUE_RE.fullmatch(header)
    assert header.isascii()
    assert re.search(r'filename="[^".% ][^"%]*"', header)
    assert parse_options_header(header)[1]["filename"] == file_name(typed)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("lease 2026.pdf", 'attachment; filename="lease 2026.pdf"'),
        (
            "合同-2026.pdf",
            "attachment; filename=\"evidence-1.pdf\"; filename*=UTF-8''%E5%90%88%E5%90%8C-2026.pdf",
        ),
        (
            "合同.合同",
            "attachment; filename=\"evidence-1\"; filename*=UTF-8''%E5%90%88%E5%90%8C.%E5%90%88%E5%90%8C",
        ),
        ("50%25.pdf", "attachment; filename=\"evidence-1.pdf\"; filename*=UTF-8''50%2525.pdf"),
    ],
)
def test_a_name_that_is_not_plain_has_a_useful_one_beside_it(name, header):
    assert disposition(name, plain="evidence-1") == header


@pytest.mark.parametrize(
    "target", ["/中文?q=企业", "/a\r\nSet-Cookie: b=1", "/\u2028", "//evil.example", "/\\evil", "x"]
)
def test_where_a_form_leads_on_to_is_an_address_that_a_server_sends(client, target):
    answer = client.post("/preferences/theme", data={"theme": "dark", "next": target})
    assert answer.status_code == 303
    assert answer.location.startswith("/%E4%B8%AD") or answer.location == "/preferences"
