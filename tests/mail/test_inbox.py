"""The inbox shows its reader what was written to them, and nobody else's letters."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.mail.outbox import LetterFile, LetterText, write_letter
from booking.mail.queries import PAGE
from booking.people.models import Role


@pytest.fixture
def reader(world, sign_in):
    park = world.park()
    member = world.member(world.enterprise(park))
    return member, sign_in(member), sign_in(world.member(park, Role.ADMIN))


def written(session, member, key, now, **content):
    text = LetterText(
        **{"subject": f"第 {key} 封", "text": "你好：\n\n看 http://127.0.0.1:5000/today\n\n园区"} | content
    )
    write_letter(session, member.park_id, f"t:{key}", member.email, text, now=now)
    session.commit()


def test_a_letter_is_read_with_its_links_and_its_files(session, reader, now):
    member, mine, _ = reader
    assert "还没有信" in mine.get("/inbox").text
    written(session, member, "一", now, files=(LetterFile("entry.ics", "text/calendar", b"BEGIN:VCALENDAR"),))
    listed = mine.get("/inbox").text
    assert "第 一 封" in listed
    assert "Pager" not in listed
    assert 'class="pages"' not in listed, "one page has no neighbours"
    address = listed.split('href="/inbox/')[1].split('"')[0]
    page = mine.get(f"/inbox/{address}").text
    assert '<a href="http://127.0.0.1:5000/today">' in page
    file = page.split(f'href="/inbox/{address}/enclosures/')[1].split('"')[0]
    assert mine.get(f"/inbox/{address}/enclosures/{file}").data == b"BEGIN:VCALENDAR"


def test_nobody_reads_anothers_letter_here(world, session, reader, now, sign_in):
    member, mine, admin = reader
    written(session, member, "一", now)
    address = mine.get("/inbox").text.split('href="/inbox/')[1].split('"')[0]
    for other in (
        admin,
        sign_in(world.member(member.enterprise)),
        sign_in(world.member(world.park(), Role.ADMIN)),
    ):
        assert "第 一 封" not in other.get("/inbox").text
        assert other.get(f"/inbox/{address}").status_code == 404
        assert other.get(f"/inbox/{address}/enclosures/1").status_code == 404


def test_what_people_wrote_is_shown_as_they_wrote_it(session, reader, now):
    member, mine, _ = reader
    written(session, member, "一", now, subject="<b>x</b>", text="<script>1</script>\n\n园区")
    page = mine.get("/inbox/" + mine.get("/inbox").text.split('href="/inbox/')[1].split('"')[0]).text
    assert "<script>1" not in page
    assert "<b>x" not in page
    assert "&lt;script&gt;1" in page


def test_many_letters_come_by_the_page_in_as_many_statements(session, reader, now, count_queries):
    member, mine, _ = reader
    written(session, member, "0", now)
    mine.get("/inbox")
    few = count_queries(lambda: mine.get("/inbox"))
    for number in range(1, PAGE + 2):
        written(session, member, str(number), now)
    assert count_queries(lambda: mine.get("/inbox")) == few
    first = mine.get("/inbox").text
    assert "第 0 封" not in first
    assert 'href="/inbox?page=2"' in first
    assert "第 0 封" in mine.get("/inbox?page=2").text


BADGE = 'class="nav-badge"'


def test_what_came_since_it_was_opened_is_counted_and_set_apart(world, session, reader, now, sign_in):
    member, mine, _ = reader
    colleague = sign_in(world.member(member.enterprise))
    assert BADGE not in mine.get("/today").text
    for minute in (1, 2):
        written(session, member, str(minute), now + timedelta(minutes=minute))
    shown = mine.get("/more").text
    assert shown.count("2 封未读") == 3, "in both navigations, and by the door"
    assert f'{BADGE} aria-hidden="true">2<' in shown
    assert BADGE not in colleague.get("/more").text
    opened = mine.get("/inbox").text
    assert "新到" in opened
    assert "更早的" not in opened
    assert BADGE not in opened, "seen by now"
    again = mine.get("/inbox").text
    assert "新到" not in again
    written(session, member, "3", now + timedelta(minutes=3))
    assert "1 封未读" in mine.get("/today").text
    opened = mine.get("/inbox").text
    assert opened.index("新到") < opened.index("第 3 封") < opened.index("更早的") < opened.index("第 2 封")


def test_a_hundred_are_counted_and_the_page_asks_no_more_for_it(session, reader, now, count_queries):
    member, mine, _ = reader
    mine.get("/more")
    none = count_queries(lambda: mine.get("/more"))
    for number in range(101):
        written(session, member, str(number), now + timedelta(minutes=1))
    assert count_queries(lambda: mine.get("/more")) == none
    assert "99+ 封未读" in mine.get("/more").text
