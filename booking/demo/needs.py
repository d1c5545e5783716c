"""What the demo's people need over the year, what the committee decides on it, and who looks after whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from random import Random

from booking.audit.actions import Actor
from booking.demo import needs_said
from booking.demo.diary import SOON, Diary
from booking.demo.needs_said import COMPLAINT, FAULT, WISH, SharedTrouble, fault, portrait
from booking.demo.tenants import QUIET, Household
from booking.letters.branch import matter_decided, matter_done, need_answered
from booking.needs import steps
from booking.needs.earlier_figures import declare_figure
from booking.needs.liaisons import Assignment, assign_liaisons, edit_liaison, set_owner
from booking.needs.matters import Decided, decide_matter, open_matter, settle_matter
from booking.needs.models import DecisionOutcome, Need
from booking.needs.raise_need import NeedAsker, SaidNeed, raise_need, visit
from booking.needs.rules import NeedKind
from booking.needs.utterances import guess_kind
from booking.people.models import Member, Role
from booking.spaces.models import Space
from booking.values import Month

CHASED_MONTHS = 2


@dataclass
class Round:
    """The park's own people at work on what is needed, with a seeded chance of its own."""

    diary: Diary
    households: Sequence[Household]
    spaces: dict[str, Space]
    own: dict[Role, Member]
    first: Month
    now: datetime
    random: Random
    staff: list[Member] = field(default_factory=list)

    @classmethod
    def plan(
        cls,
        diary: Diary,
        households: Sequence[Household],
        spaces: Sequence[Space],
        own: dict[Role, Member],
        first: Month,
        now: datetime,
    ) -> None:
        """Plan a year of it."""
        made = cls(diary, households, {one.code: one for one in spaces}, own, first, now, Random(11530))
        begin = first.span.start + timedelta(days=1, hours=9)
        made.staff = list(made._hire(begin))
        diary.at(begin, made._settle_in)
        diary.at(begin + timedelta(days=3), made._declare)
        for trouble in needs_said.MATTERS:
            made._plan_matter(trouble)
        for age, kind, place, words, way in needs_said.LONE:
            # What is wished in the last months is open on the 15th, when open needs are chased.
            day = 12 if kind is WISH and age <= CHASED_MONTHS else made.random.randrange(2, 24)
            made._say(made._moment(age, day), words, kind, place, way)
        for hours, kind, place, words, way in needs_said.LATELY:
            made._say(now - timedelta(hours=hours), words, kind, place, way)
        for hours, word, kind, words in needs_said.ALIKE:
            of = next(one for one in households if one.tenant.word == word)
            diary.at(now - timedelta(hours=hours), partial(made._raise, [], of, words, kind, "", "open"))
        made._plan_visits()
        while begin < now:
            diary.at(begin, made._end_what_nobody_contradicts)
            begin += timedelta(days=7)

    def by(self, member: Member) -> Actor:
        """Act as one of the park's own people."""
        return Actor(member.name, member.id, member.park_id)

    def _hire(self, now: datetime) -> Iterator[Member]:
        for number, (name, role, phone) in enumerate(needs_said.STAFF):
            member = Member(
                park_id=self.diary.park.id, name=name, role=role, phone=phone, created_at=now,
                email=f"staff{number + 1}@demo.example", password_hash=self.own[Role.ADMIN].password_hash,
            )  # fmt: skip
            self.diary.session.add(member)
            self.diary.session.flush()
            yield member

    def _settle_in(self, now: datetime) -> None:
        """Give every enterprise a liaison and a deputy, each of them a telephone and a photograph."""
        session, by = self.diary.session, self.by(self.own[Role.ADMIN])
        phones = [
            (member, phone)
            for member, (_name, _role, phone) in zip(self.staff, needs_said.STAFF, strict=True)
        ]
        phones += [(self.own[role], f"021-5555 012{n}") for n, role in enumerate((Role.ADMIN, Role.BRANCH))]
        for number, (member, phone) in enumerate(phones):
            edit_liaison(session, member, phone, portrait(number), by=by, now=now)
        people = [*self.staff, self.own[Role.BRANCH]]
        pairs = [
            Assignment(one.enterprise, (people[number % 4].id, people[(number + 1) % 4].id), (None, None))
            for number, one in enumerate(self.households)
        ]
        assign_liaisons(session, pairs, code=lambda: f"{self.random.getrandbits(64):016x}", by=by, now=now)
        set_owner(session, self.diary.park.id, FAULT, self.own[Role.ADMIN].id, by=by, now=now)

    def _declare(self, now: datetime) -> None:
        by, park_id = self.by(self.own[Role.BRANCH]), self.diary.park.id
        month = self.first
        for _ in range(13):
            key, number = month.key - 100, needs_said.EARLIER[month.month]
            declare_figure(
                self.diary.session, park_id, COMPLAINT, key, number, needs_said.SOURCE, by=by, now=now
            )
            month = month.next

    def _moment(self, age: int, day: int) -> datetime:
        month = Month.of(self.now, self.first.zone)
        for _ in range(age):
            month = month.previous
        wall = time(9 + self.random.randrange(8), self.random.randrange(60))
        return datetime.combine(month.first_day + timedelta(days=day), wall, tzinfo=month.zone)

    def _say(self, when: datetime, words: str, kind: NeedKind, place: str, way: str) -> list[Need]:
        """Plan that somebody says it, and what becomes of it; the list holds the need once it is there."""
        said: list[Need] = []
        there = [one for one in self.households if one.since < when.date()]
        if when <= self.first.span.start + timedelta(days=2) or not there:
            return said
        household = self.random.choice(there)
        if words in needs_said.OF_THE_STORY:
            household = self.households[0]
        self.diary.at(when, partial(self._raise, said, household, words, kind, place, way))
        return said

    def _raise(
        self, said: list[Need], of: Household, words: str, kind: NeedKind, place: str, way: str, now: datetime
    ) -> None:
        member = self.random.choice(of.members)
        picture = fault(words) if kind is FAULT and place and self.random.random() < 0.3 else None
        what = SaidNeed(kind, words, self.spaces.get(place), enterprise=of.enterprise, picture=picture)
        asker, by = NeedAsker(member), of.actor(member)
        if way == "open" and guess_kind(words) is WISH and self.random.random() < 0.6:
            asker = NeedAsker(None, "吴叔", "门口便利店", "021-5555 0177")
            by, what = Actor(asker.name, park_id=self.diary.park.id), what.__class__(kind, words)
        need = raise_need(
            self.diary.session,
            self.diary.park,
            asker,
            what,
            by=by,
            now=now,
            token_of=lambda _need: f"demo-{words}",
        ).need
        said.append(need)
        self.diary.done["needs"] += 1
        if way == "joined":
            days = self.random.choice(needs_said.DAYS_TO_ANSWER[kind])
            soon = now + timedelta(days=days, hours=self.random.randrange(2, 6))
            self.diary.at(soon, partial(self._take_up, need))
        elif way != "open":
            late = timedelta(
                days=6 if way == "late" else self.random.choice(needs_said.DAYS_TO_ANSWER[kind]),
                hours=self.random.randrange(1, 5),
            )
            self.diary.at(now + late, partial(self._answer, need, of, member, way))

    def _take_up(self, need: Need, now: datetime) -> None:
        """Say at once what happens with it: it is heard at the meeting, and told afterwards."""
        owner = session_member(self.diary, need.owner_id)
        words = self.random.choice(needs_said.TAKEN_UP)
        heard = Month.of(now, self.first.zone).next.first_day + timedelta(days=9)
        steps.answer_need(
            self.diary.session, need.id, words, need_answered, by=self.by(owner), now=now, promised=heard
        )

    def _answer(self, need: Need, of: Household, member: Member, way: str, now: datetime) -> None:
        session, owner = self.diary.session, session_member(self.diary, need.owner_id)
        if self.random.random() < 0.25:
            owner = self.random.choice(self.staff)
            steps.hand_over(session, need.id, owner.id, by=self.by(owner), now=now)
        words = self.random.choice(needs_said.ANSWERS[need.kind])
        steps.answer_need(session, need.id, words, need_answered, by=self.by(owner), now=now)
        if way == "reopened":
            again = now + timedelta(hours=20)
            self.diary.at(again, partial(self._again, need, of, member))
        elif way != "lapsed" and self.now - now > timedelta(days=3):
            self.diary.at(now + timedelta(hours=22), partial(self._end, need, of, member))

    def _end_what_nobody_contradicts(self, now: datetime) -> None:
        for need_id in steps.uncontradicted_needs(self.diary.session, now):
            steps.end_uncontradicted(self.diary.session, need_id, now)

    def _again(self, need: Need, of: Household, member: Member, now: datetime) -> None:
        steps.reopen_need(
            self.diary.session, need.id, by=of.actor(member), now=now, words="还是老样子，麻烦再看看。"
        )
        self.diary.at(now + timedelta(hours=6), partial(self._answer, need, of, member, "answered"))

    def _end(self, need: Need, of: Household, member: Member, now: datetime) -> None:
        steps.end_need(self.diary.session, need.id, by=of.actor(member), now=now)

    # The committee.

    def _plan_matter(self, trouble: SharedTrouble) -> None:
        said = [
            self._say(self._moment(trouble.age, 2 + number * 4 + self.random.randrange(3)), words, trouble.kind, trouble.place, "joined")
            for number, words in enumerate(trouble.said)
        ]  # fmt: skip
        self.diary.at(self._moment(trouble.age, 25), partial(self._join, trouble, said))

    def _join(self, trouble: SharedTrouble, said: list[list[Need]], now: datetime) -> None:
        ids = [need.id for one in said for need in one]
        if not ids:
            return
        branch = self.by(self.own[Role.BRANCH])
        matter = open_matter(
            self.diary.session, self.diary.park.id, trouble.title, ids,
            proposal=trouble.proposal, by=branch, now=now,
        )  # fmt: skip
        for need_id in ids:
            words = "已列入本月园区例会，会后答复。"
            steps.answer_need(self.diary.session, need_id, words, need_answered, by=branch, now=now + SOON)
        if trouble.what:
            month = Month.of(now, self.first.zone)
            meeting = datetime.combine(month.next.first_day + timedelta(days=4), time(14), tzinfo=month.zone)
            self.diary.at(meeting, partial(self._decide, trouble, matter.id, month))

    def _decide(self, trouble: SharedTrouble, matter_id: int, month: Month, now: datetime) -> None:
        terms = Decided(trouble.what, trouble.who, now.date() + timedelta(days=trouble.days))
        by = self.by(self.own[Role.BRANCH])
        decide_matter(self.diary.session, matter_id, month, terms, matter_decided, by=by, now=now)
        if trouble.outcome:
            outcome, note = DecisionOutcome(trouble.outcome), trouble.note
            when = now + timedelta(days=max(trouble.days - 2, 6))
            self.diary.at(when, partial(self._settle, trouble, matter_id, month, outcome, note))

    def _settle(
        self,
        trouble: SharedTrouble,
        matter_id: int,
        month: Month,
        outcome: DecisionOutcome,
        note: str,
        now: datetime,
    ) -> None:
        by = self.by(self.own[Role.BRANCH])
        settle_matter(self.diary.session, matter_id, outcome, matter_done, by=by, now=now, note=note)
        if outcome is DecisionOutcome.CARRIED_ON:
            again = trouble._replace(what=f"{trouble.what}（延期）", outcome="done", note="已完成", days=25)
            self.diary.at(now + timedelta(days=12), partial(self._decide, again, matter_id, month.next))

    # Visits.

    def _plan_visits(self) -> None:
        for age in range(11, -1, -1):
            self.diary.at(self._moment(age, 16), partial(self._visit, met=self.random.random() < 0.7))
        self.diary.at(self.now - timedelta(days=2), partial(self._visit, met=False))

    def _visit(self, now: datetime, *, met: bool) -> None:
        there = [one for one in self.households if one.since < now.date()]
        if Month.of(now, self.first.zone) == Month.of(self.now, self.first.zone):
            there = [one for one in there if one.tenant.word not in QUIET]
        if there and now > self.first.span.start + timedelta(days=2):
            self._call_on(self.random.choice(there), self.random.choice(self.staff), now, met=met)

    def _call_on(self, of: Household, visitor: Member, now: datetime, *, met: bool) -> None:
        """Visit; whoever was not met is called on again three days later."""
        visit(
            self.diary.session, of.enterprise, self.random.choice(needs_said.VISITS) if met else "没见到人",
            met=met, visitor=visitor, by=self.by(visitor), now=now,
        )  # fmt: skip
        self.diary.done["visits"] += 1
        if not met:
            self.diary.at(now + timedelta(days=3, hours=1), partial(self._call_on, of, visitor, met=True))


def session_member(diary: Diary, member_id: int) -> Member:
    """Find somebody by number."""
    return diary.session.get_one(Member, member_id)
