"""Where each figure of the month page comes from: its own page, whose parts lead to their papers."""

import re
from datetime import date, datetime
from html import unescape

import pytest

from booking.audit.actions import Action, Actor
from booking.blueprints.kit.labels.utilisation import went_later
from booking.blueprints.kit.why import Explanation, FigurePart, Paper, named_together
from booking.charges.models import Charge, Dispute
from booking.mail.outbox import LetterText, NewLetter, write_letters
from booking.needs.matters import Decided, decide_matter, join_needs, open_matter
from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need, visit
from booking.needs.rules import NeedKind
from booking.needs.steps import take_step
from booking.people.models import Role
from booking.rhythm.cycle_days import CycleStep, StepDays
from booking.rhythm.cycle_letters import open_list, step_letter_key
from booking.savings.set_baseline import read_evidence
from booking.spaces.idle.register import register_idle_place
from booking.spaces.idle.rules import IdleFacts
from booking.spaces.models import Kind
from booking.tariffs.queries import bands_in_force
from booking.usage.measuring.measure_days import measure_days
from booking.usage.turned_away import note_turned_away
from booking.values import Span
from tests.harness.stays import used
from tests.harness.times import SHANGHAI
from tests.savings.books import OCTOBER, PDF, Books

LEASE = read_evidence("租赁合同.pdf", PDF)
PAGE = "/month/2026-10"
OCTOBERS_ROOMS = "from=2026-10&to=2026-10&kind=meeting_room"
SECRET = "上月账单 1,440.00 元"


def october(day, hour=10):
    return datetime(2026, 10, day, hour, tzinfo=SHANGHAI)


def answer(*_):
    return LetterText("答复", "答复")


class Town:
    """A park with an October of which every figure of the month page has something to count."""

    def __init__(self, world, books):
        self.world, self.session = world, world.session
        self.park = world.park()
        self.staff = world.member(self.park, Role.ADMIN, name="安澜")
        self.branch = world.member(self.park, Role.BRANCH)
        self.by = Actor(self.staff.name, self.staff.id, self.park.id, None)
        self.named = self.firm("云杉智能", may_be_named=True)
        self.hidden = self.firm("隐山")
        self.met = self.firm("折光")
        books.baseline(self.named, paper=LEASE)
        books.invoice(self.named, OCTOBER, 1_440_00)
        books.close(self.park.id, OCTOBER)

    def firm(self, name, **facts):
        firm = self.world.enterprise(self.park, short_name=name, **facts)
        self.world.member(firm, Role.MANAGER)
        return firm

    def say(self, firm, words, kind=NeedKind.WISH):
        asker, said = self.world.member(firm), SaidNeed(kind, words, enterprise=firm)
        by = Actor(asker.name, asker.id, self.park.id, firm.id)
        need = raise_need(self.session, self.park, NeedAsker(asker), said, by=by, now=october(12)).need
        take_step(self.session, need, Action.NEED_CHASED, by=self.by, now=october(15))
        return need

    def meet(self):
        """Decide one matter and leave one open, each of two enterprises."""
        for words in ("早餐太少", "快递没处放"):
            needs = [self.say(firm, words).id for firm in (self.named, self.hidden, self.hidden)]
            matter = open_matter(self.session, self.park.id, words, needs, by=self.by, now=october(20))
        terms = Decided("设快递间", "物业", date(2026, 11, 20))
        decide_matter(
            self.session, matter.id, OCTOBER, terms, answer, by=self.by, now=october(30),
        )  # fmt: skip
        return matter

    def send_lists(self):
        for firm in (self.named, self.hidden, self.met):
            key = step_letter_key(CycleStep.LIST, OCTOBER, firm.id)
            letter = NewLetter(key, "boss@tenant.example", LetterText("清单", SECRET))
            write_letters(self.session, self.park.id, [letter], now=october(8, 9))
        open_list(self.session, self.named.id, OCTOBER, now=october(9))
        for day, met in ((14, True), (21, False)):  # who was met once was met
            visit(self.session, self.met, "走访", met=met, visitor=self.staff, by=self.by, now=october(day))

    def use_places(self):
        room = self.world.space(self.world.area(self.park), name="云起间")
        self.world.rule(self.park)
        self.world.tariff(self.park)
        member = self.world.member(self.hidden)
        used(self.session, room, member, october(14, 17), october(14, 20))
        span = Span(october(14, 14), october(14, 15))
        note_turned_away(self.session, member, Kind.MEETING_ROOM, span, SHANGHAI, now=october(14))
        facts = IdleFacts(name="二楼东侧", area_hundredths=120_00, empty_since=date(2026, 8, 1))
        register_idle_place(self.session, self.park.id, facts, by=self.by, now=self.world.now)
        self.session.commit()
        while measure_days(self.session, self.park.id, bands_in_force, now=self.world.now):
            self.session.commit()


@pytest.fixture
def town(world, session):
    town = Town(world, Books(session))
    town.matter = town.meet()
    town.say(town.hidden, "空调太冷", NeedKind.COMPLAINT)
    town.send_lists()
    town.use_places()
    session.commit()
    return town


@pytest.fixture
def branch(town, sign_in):
    return sign_in(town.branch)


def text(answer):
    assert answer.status_code == 200, answer.request.path
    return answer.get_data(as_text=True)


def figures_of(page):
    """Give the addresses behind the figures of a month page, and what it says beside them."""
    board = page[page.index('class="board') : page.index("</footer>")]
    board = re.sub(r'(?s)<form.*?</form>|<p class="month-keys".*?</p>', "", board)
    links = {unescape(link) for link in re.findall(r'<a [^>]*href="([^"]*)"', board)}
    return links, re.sub(r"<[^>]*>", "", re.sub(r"(?s)^[^>]*>|<a .*?</a>|<h2.*?</h2>", "", board))


def papers_of(page):
    shown = re.findall(r'(?s)<span class="why-paper[^>]*>(.*?)</span>', page)
    return {unescape(link) for one in shown for link in re.findall(r'<a href="([^"]*)"', one)}


def test_every_figure_is_a_link_and_each_of_its_parts_leads_to_a_paper_that_opens(branch, town):
    links, beside = figures_of(text(branch.get(PAGE)))
    assert not re.findall(r"\d+", beside), "a figure without a way to where it comes from"
    whys = sorted(link for link in links if "/why" in link or "/utilisation/parts" in link)
    assert len(whys) >= 14, whys
    for why in whys:
        page = text(branch.get(why))
        papers = papers_of(page)
        assert 'class="why-part' in page, why
        assert papers or "没有凭证" in page or "/activities" in why, why  # or says why nothing opens
        for paper in papers:
            assert branch.get(paper).status_code == 200, f"{why}: {paper}"


@pytest.mark.parametrize(("count", "listed"), [(14, (14, 0, 1)), (15, (12, 3, 1))])
def test_a_long_list_folds_and_its_sum_stays_in_sight(count, listed):
    parts = [FigurePart(f"{number}", "") for number in range(count)]
    found = Explanation("", "", "", [*parts, FigurePart("合计", "", sign="=")], ()).listed
    assert (len(found.first), len(found.folded), len(found.last)) == listed
    assert [*found.first, *found.folded] == parts


def test_what_is_not_told_stands_in_one_line_with_the_reason_once():
    parts = [FigurePart(name, "40.0%", sign="+", url="/", paper="看") for name in "甲乙丙丁戊己庚辛"]
    told = {"乙"}
    first, rest = named_together(((part, part.label in told) for part in parts), "不显示")
    assert first is parts[1]
    assert rest == FigurePart("甲、丙、丁、戊、己、庚 等 7 个", "–", "不显示", "+")
    assert not rest.papers
    *_, rest = named_together(((part, False) for part in parts), "不显示", Paper("利用率", "/u"))
    assert rest.papers == [Paper("利用率", "/u")]
    assert list(named_together([(parts[0], False)], "不显示")) == [parts[0]], "a single one says it itself"


def words(answer):
    """Give what a page says, without marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", text(answer)))


def test_lists_tell_who_opened_who_was_met_and_never_what_the_letter_says(branch, town):
    page = words(branch.get(f"{PAGE}/why/lists"))
    assert re.search(
        r"打开了 1 家.*云杉智能.*走访见到了 1 家.*折光.*还没走访 1 家.*隐山.*收到清单 3 家", page
    )
    letter = branch.get(f"{PAGE}/why/lists/{town.hidden.id}")
    assert "1 封" in words(letter)
    assert "待寄" in words(letter)
    assert SECRET not in text(letter)
    assert branch.get(f"/month/2026-09/why/lists/{town.hidden.id}").status_code == 404


def test_a_matter_names_each_enterprise_once_with_what_it_said_and_what_was_decided(branch, town):
    page = words(branch.get(f"{PAGE}/why/matters/{town.matter.id}"))
    assert "2 家企业，3 件诉求" in page
    assert re.search(r"云杉智能 1 件.*隐山 2 件.*定：设快递间", page)
    agenda = words(branch.get(f"{PAGE}/why/agenda"))
    assert re.search(r"待定 1 件.*早餐太少.*这次定的 1 件.*快递没处放", agenda)


def test_use_is_taken_apart_by_place_and_refusals_by_day_and_never_by_whom(branch, town, sign_in):
    shifted = words(branch.get(f"{PAGE}/why/shifted"))
    assert "66.7%" not in shifted, "one unnamed enterprise alone used rooms"
    assert re.search(r"会议室\s*能推出未具名企业的用量，不显示", shifted)
    month = words(branch.get(PAGE))
    assert "会议室：能推出未具名企业的用量，不显示" in month
    assert "会议室 1 个" not in month
    assert "会议室 1 个" in words(sign_in(town.staff).get(PAGE))
    branch = sign_in(town.branch)
    exactly = words(sign_in(town.staff).get(f"{PAGE}/why/shifted"))
    assert "66.7%" in exactly, "two of three hours after 18:00"
    refused = words(branch.get(f"{PAGE}/why/refused"))
    assert "14 时 1 次" in refused
    assert "二楼东侧" in words(branch.get(f"{PAGE}/why/idle"))
    for page in (shifted, refused):
        assert "隐山" not in page


def test_what_was_chased_and_how_long_complaints_waited_is_told_of_each(branch, town):
    chased = words(branch.get(f"{PAGE}/why/chased"))
    assert "7 件，3 件已有答复" in chased
    assert "空调太冷" in chased
    complaints = words(branch.get(f"{PAGE}/why/needs/complaint"))
    assert "空调太冷 超期" in complaints
    assert re.search(r"超期答复晚于.*1 件", complaints)


def test_on_the_wall_what_stands_behind_a_figure_stays_on_the_wall(branch, town):
    links, _ = figures_of(text(branch.get(f"{PAGE}?projector")))
    assert f"{PAGE}/why/lists?projector=2026-10" in links
    opening = "/report/sums/why"
    for behind in (f"{PAGE}/why/lists", "/report/2026-10/why/saving", f"/utilisation/parts?{OCTOBERS_ROOMS}"):
        page = text(branch.get(f"{behind}{'&' if '?' in behind else '?'}projector=2026-10"))
        assert "is-projected" in page
        assert f'data-wall href="{PAGE}?projector="' in page, "and leads back to the wall"
    assert "is-projected" not in text(branch.get(f"{PAGE}/why/lists"))
    assert opening not in links or f"{opening}?projector=2026-10" in links


def test_a_page_that_is_not_for_the_wall_leads_back_to_the_month_on_it(branch, town):
    """From the wall to a place's parts, on to its utilisation: always one press from it."""
    parts = text(branch.get(f"/utilisation/parts?{OCTOBERS_ROOMS}&projector=2026-10"))
    (onward,) = set(re.findall(r'href="(/utilisation\?[^"]*space=[^"]*)"', parts))
    page = text(branch.get(unescape(onward)))
    assert "is-projected" not in page
    assert f'data-wall href="{PAGE}?projector="' in page
    assert 'href="/utilisation/parts?' in page
    assert all("projector=2026-10" in one for one in re.findall(r'href="(/utilisation/parts[^"]*)"', page))
    matter = text(branch.get(f"/matters/{town.matter.id}?projector=2026-10"))
    assert f'data-wall href="{PAGE}?projector="' in matter
    assert "evil" not in text(branch.get(f"{PAGE}/why/lists?projector=//evil.example"))
    assert "data-wall" not in text(branch.get(f"/matters/{town.matter.id}"))


def test_another_park_and_a_tenant_find_nothing_behind_it(town, world, sign_in):
    stranger = sign_in(world.member(world.park(), Role.BRANCH))
    for one in (f"lists/{town.hidden.id}", f"matters/{town.matter.id}"):
        assert stranger.get(f"{PAGE}/why/{one}").status_code == 404
    assert "云杉" not in words(stranger.get(f"{PAGE}/why/lists"))
    tenant = sign_in(world.member(town.named, Role.MANAGER))
    assert tenant.get(f"{PAGE}/why/lists").status_code == 403


FIGURES = ("lists", "chased", "agenda", "evaluated", "shifted", "refused", "idle", "matters")


def test_no_page_asks_more_of_a_larger_park(branch, town, count_queries):
    def ask():
        paths = [f"{PAGE}/why/{figure}".replace("matters", f"matters/{town.matter.id}") for figure in FIGURES]
        branch.get(paths[0])
        return [count_queries(lambda path=path: branch.get(path)) for path in paths]

    few = ask()
    for name in ("甲", "乙", "丙"):
        firm = town.firm(name)
        needs = [town.say(firm, f"{name}{number}").id for number in range(2)]
        open_matter(town.session, town.park.id, name, needs[:1], by=town.by, now=october(21))
        join_needs(town.session, town.matter.id, needs[1:], answer, by=town.by, now=october(21))
        key = step_letter_key(CycleStep.LIST, OCTOBER, firm.id)
        letter = NewLetter(key, "boss@tenant.example", LetterText("清单", SECRET))
        write_letters(town.session, town.park.id, [letter], now=october(8))
        facts = IdleFacts(name=name, area_hundredths=50_00, empty_since=date(2026, 7, 1))
        register_idle_place(town.session, town.park.id, facts, by=town.by, now=town.world.now)
    town.session.commit()
    assert ask() == few


@pytest.mark.parametrize(
    ("went", "mail_day", "said"),
    [
        (1, 1, ""),
        (8, 8, "节后 8 日发出"),
        (3, 3, "休息日后 3 日发出"),
        (5, 1, "5 日补发"),  # the worker stood still
    ],
)
def test_a_list_that_went_later_says_when_and_why(app, went, mail_day, said):
    first = OCTOBER.first_day
    days = StepDays(CycleStep.LIST, OCTOBER, first, first.replace(day=mail_day), first.replace(day=14))
    with app.test_request_context():
        assert went_later(days, first.replace(day=went)) == said


def test_the_month_and_the_cycle_say_both_days_of_a_list(branch, town):
    assert "家收到 1 日的清单，节后 8 日发出" in words(branch.get(PAGE))
    assert "1 日的清单，节后 8 日发出" in words(branch.get("/cycle/?month=2026-10"))


def test_who_signs_reads_what_is_undecided_and_signs_all_the_same(branch, town, session):
    town.meet()
    Books(session).stated(town.named, date(2026, 11, 1), paper=LEASE)
    line = session.query(Charge).first()
    asked = {"opened_at": october(20), "opened_by_id": town.staff.id, "words": "没用这么久"}
    session.add(Dispute(charge_id=line.id, park_id=town.park.id, **asked))
    session.commit()
    for page in (PAGE, "/report/2026-10"):
        shown = text(branch.get(page))
        left = re.search(r'(?s)<p class="undecided">(.*?)</p>', shown)[1]
        ways = re.findall('href="([^"]+)">([^<]+)<', left)
        assert [said for _, said in ways] == ["2 件议题未定", "1 份基线待核", "1 条计费异议未答"]
        assert [branch.get(way).status_code for way, _ in ways] == [200] * 3
    assert "还没有答复的计费异议：1 条" in words(branch.get(ways[2][0]))
    mark = re.search('name="drawn_from" value="([^"]+)"', shown)[1]
    signed = branch.post("/report/2026-10/sign", data={"drawn_from": mark}, follow_redirects=True)
    assert "报告已签发" in text(signed)
    assert "undecided" not in text(branch.get(PAGE)), "nothing to sign"
