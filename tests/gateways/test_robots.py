"""Robots of the three makers: what is sent, and what their answers mean."""

from __future__ import annotations

import json
import logging

import pytest

from booking.gateways import apprise_robots, in_time
from booking.gateways.apprise_robots import MOST_BYTES, AppriseRobots, listening
from booking.mail.transport import GivenUp, TryLater
from tests.fakes.small_server import small_server

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2SIFA5aaa"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef0123456789abcdef"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/01234567-89ab-cdef-0123-456789abcdef"
ALL = {
    WECOM: (b'{"errcode":0,"errmsg":"ok"}', b'{"errcode":93000,"errmsg":"invalid webhook url"}'),
    DINGTALK: (b'{"errcode":0,"errmsg":"ok"}', b'{"errcode":310000,"errmsg":"keywords not in content"}'),
    FEISHU: (b'{"code":0,"msg":"success","data":{}}', b'{"code":19024,"msg":"Key Words Not Found"}'),
}


@pytest.fixture
def makers(monkeypatch):
    with small_server() as server:
        monkeypatch.setattr(listening, "elsewhere", server.address)
        yield server


@pytest.mark.parametrize("address", ALL)
def test_a_yes_is_a_yes_and_a_no_that_comes_with_200_is_a_no(makers, address, caplog):
    caplog.set_level(logging.DEBUG)
    makers.body, no = ALL[address]
    AppriseRobots().say(address, "【共享空间】今天 2 个预订")
    ((path, _, body),) = makers.seen
    assert path.rstrip("/") in address
    assert "【共享空间】今天 2 个预订" in json.dumps(json.loads(body), ensure_ascii=False)
    makers.body = no
    with pytest.raises(TryLater) as refused:
        AppriseRobots().say(address, "再来")
    told = json.loads(no)
    assert refused.value.reason == f"{next(iter(told.values()))} {list(told.values())[1]}"
    secret = address.partition("=")[2] or address.rpartition("/")[2]
    assert secret not in caplog.text + refused.value.reason, "the address is a secret"


@pytest.mark.parametrize("address", ALL)
def test_trouble_of_the_other_side_is_tried_again(makers, address):
    for makers.status, makers.body in ((500, b"{}"), (200, b"<html>"), (200, b"[]"), (302, b"")):
        with pytest.raises(TryLater):
            AppriseRobots().say(address, "一")


@pytest.mark.parametrize("address", ALL)
def test_who_hangs_is_not_waited_for(makers, address, monkeypatch):
    monkeypatch.setattr(apprise_robots, "TIMEOUT", (0.2, 0.2))
    makers.hangs = True
    with pytest.raises(TryLater) as told:
        AppriseRobots().say(address, "一")
    assert told.value.reason == "not reached: ReadTimeout"


@pytest.mark.parametrize("address", ALL)
def test_nor_is_who_answers_a_byte_now_and_then(makers, address, monkeypatch):
    monkeypatch.setattr(in_time, "DEADLINE", 0.3)
    makers.body, makers.drips = ALL[address][0], 0.1  # three seconds and more for the whole of it
    with pytest.raises(TryLater) as told:
        AppriseRobots().say(address, "一")
    assert told.value.reason.startswith("not reached: ")


def test_what_is_too_long_loses_its_last_lines(makers):
    makers.body = ALL[WECOM][0]
    AppriseRobots().say(WECOM, "\n".join(f"09:00–10:00 大会议室 {number}" for number in range(100)))
    said = json.loads(makers.seen[0][2])["text"]["content"]
    assert len(said.encode()) <= MOST_BYTES + 4
    assert said.endswith("\n…")


@pytest.mark.parametrize("address", ["mailto://a:b@example.com", "json://127.0.0.1/x", "nonsense"])
def test_no_other_way_of_apprise_is_open(makers, address):
    with pytest.raises(GivenUp):
        AppriseRobots().say(address, "一")
    assert makers.seen == []
