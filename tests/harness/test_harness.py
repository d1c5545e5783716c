"""What the other tests stand on, stands."""

from __future__ import annotations

import http.server
import os
import smtplib
import socket
import threading
from email.message import EmailMessage

import psycopg
import pytest
from playwright.sync_api import expect

from tests.harness.browser import axe, screenshot
from tests.harness.postgres import new_database


def a_mail() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "park@example.org", "tenant@example.org", "十月账单"
    message.set_content("您好")
    return message


@pytest.mark.postgres
def test_postgres_answers_and_lets_an_owner_install_btree_gist(postgres_server):
    with new_database(postgres_server) as url:
        name = url.partition("?")[0].rpartition("/")[2]
        [[version]] = postgres_server.execute("SELECT version()", name)
        assert version.startswith("PostgreSQL ")
        postgres_server.execute("CREATE EXTENSION btree_gist", name)
        postgres_server.execute(
            "CREATE TABLE t (a int, w tstzrange, EXCLUDE USING gist (a WITH =, w WITH &&))", name
        )
        insert = "INSERT INTO t VALUES (1, '[2026-01-01, 2026-01-02)')"
        postgres_server.execute(insert, name)
        with pytest.raises(psycopg.errors.ExclusionViolation):
            postgres_server.execute(insert, name)


@pytest.mark.postgres
@pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="the server was given to us")
def test_our_postgres_listens_on_no_port(postgres_server):
    assert postgres_server.execute("SHOW listen_addresses") == [("",)]


@pytest.mark.browser
def test_chromium_shows_chinese_letters(page):
    page.set_content('<html lang="zh-CN"><meta charset="utf-8"><p>共享会议室</p>')
    client = page.context.new_cdp_session(page)
    client.send("DOM.enable")
    client.send("CSS.enable")
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    node = client.send("DOM.querySelector", {"nodeId": root, "selector": "p"})["nodeId"]
    fonts = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert sum(font["glyphCount"] for font in fonts) == 5
    assert all("SC" in font["familyName"] or "CJK" in font["familyName"] for font in fonts), fonts
    assert screenshot(page, "harness-chinese").stat().st_size > 1000


@pytest.mark.browser
def test_axe_finds_a_planted_fault_and_nothing_on_a_good_page(page):
    good = '<html lang="zh-CN"><title>园区</title><main><h1>园区</h1>{}</main>'
    page.set_content(good.format(""))
    assert axe(page) == []
    page.set_content(good.format('<img src="data:,">'))
    assert any(line.startswith("image-alt") for line in axe(page))


class StrictPage(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Security-Policy", "default-src 'none'; script-src 'self'")
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write('<html lang="zh-CN"><title>园区</title><main><h1>园区</h1><input></main>'.encode())

    def log_message(self, *_):
        pass


@pytest.mark.browser
def test_axe_works_under_a_strict_policy(page):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StrictPage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    assert [line.split()[0] for line in axe(page)] == ["label"]
    server.shutdown()


@pytest.mark.browser
def test_the_phone_is_narrow_and_is_touched(phone):
    phone.set_content('<meta name="viewport" content="width=device-width"><p>今天</p>')
    expect(phone.locator("p")).to_be_visible()
    assert phone.evaluate("[innerWidth, navigator.maxTouchPoints > 0]") == [390, True]


def test_the_sink_keeps_a_mail(smtp_sink):
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port) as smtp:
        smtp.send_message(a_mail())
    [message] = smtp_sink.messages
    assert message["Subject"] == "十月账单"
    assert message.get_content().strip() == "您好"
    assert smtp_sink.recipients == ["tenant@example.org"]


def test_the_refusing_sink_refuses_for_good(smtp_refusing):
    with (
        smtplib.SMTP(smtp_refusing.host, smtp_refusing.port) as smtp,
        pytest.raises(smtplib.SMTPDataError) as refused,
    ):
        smtp.send_message(a_mail())
    assert refused.value.smtp_code == 550
    assert smtp_refusing.messages == []


def test_the_busy_sink_takes_the_second_try(smtp_busy_once):
    def send():
        with smtplib.SMTP(smtp_busy_once.host, smtp_busy_once.port) as smtp:
            smtp.send_message(a_mail())

    with pytest.raises(smtplib.SMTPResponseException) as refused:
        send()
    send()
    assert refused.value.smtp_code == 421
    assert (smtp_busy_once.attempts, len(smtp_busy_once.messages)) == (2, 1)


def test_nobody_listens_where_mail_is_unreachable(smtp_unreachable):
    with pytest.raises(OSError), socket.create_connection((smtp_unreachable.host, smtp_unreachable.port), 2):
        pass
