"""Robots of chat groups through Apprise: 企业微信, 钉钉, 飞书.

Apprise takes any answer with HTTP 200 for success, but 企业微信 and 钉钉 say no with 200, too, and a number
in its text. So its plugins get a `requests` of ours, which reads that number and raises as for any failure.
"""

import logging
from threading import local
from typing import Any
from urllib.parse import urlsplit

import requests
from apprise import NotifyFormat
from apprise.plugins import dingtalk, feishu, wecombot

from booking.gateways.in_time import InTime
from booking.mail.transport import GivenUp, TryLater

# Both write whole addresses when they are asked to log more: who has one can write into the group.
for name in ("apprise", "urllib3.connectionpool"):
    logging.getLogger(name).setLevel(logging.WARNING)


class _Said(local):
    """Why the last message of this thread was not taken."""

    reason = ""


_said = _Said()


TIMEOUT = (4.0, 8.0)  # seconds: to connect, and for each part of the answer


class _Listening:
    """What the plugins use of `requests`; `elsewhere` leads tests to a server of their own."""

    RequestException = requests.RequestException
    codes = requests.codes
    elsewhere = ""

    def post(self, url: str, **options: Any) -> requests.Response:  # noqa: ANN401 - as the plugins call it
        """Send, and raise where the answer says no; the reason never names the address."""
        try:
            with requests.Session() as session:
                for scheme in ("https://", "http://"):
                    session.mount(scheme, InTime())
                chosen = options | {"timeout": TIMEOUT, "allow_redirects": False}
                answer = session.post(self._led(url), **chosen)
        except requests.RequestException as trouble:
            _said.reason = f"not reached: {type(trouble).__name__}"
            raise
        _said.reason = refusal_in(answer)
        if _said.reason:
            raise requests.RequestException(_said.reason)
        return answer

    def _led(self, url: str) -> str:
        parts = urlsplit(url)
        return f"{self.elsewhere}{parts.path}?{parts.query}" if self.elsewhere else url


listening = _Listening()
for plugin in (wecombot, dingtalk, feishu):
    plugin.requests = listening  # type: ignore[attr-defined]  # a module's import is no public name of it


LONGEST_REASON = 200


def refusal_in(answer: requests.Response) -> str:
    """Tell why the other side refused, "" where it did not."""
    if answer.status_code != requests.codes.ok:
        return f"answered {answer.status_code}"
    try:
        told = answer.json()
        number, words = told.get("errcode", told.get("code")), told.get("errmsg", told.get("msg"))
    except (ValueError, AttributeError):
        return "answered nothing that can be read"
    return "" if number == 0 else f"{number} {words}"[:LONGEST_REASON]


class AppriseRobots:
    """Writes into chat groups; one message, one try."""

    def say(self, address: str, text: str) -> None:
        """Hand the text to the robot; raises TryLater with what it answered, or GivenUp."""
        plugin = _plugin(address)
        _said.reason = ""
        if not plugin.send(body=_fitting(text), body_format=NotifyFormat.TEXT):
            raise TryLater(_said.reason or "not sent")


def _plugin(address: str) -> Any:  # noqa: ANN401 - Apprise publishes no types
    """Make the plugin of whose robot it is, from the secret part alone: each knows where its maker is."""
    parts = urlsplit(address)
    of_maker: dict[str | None, tuple[Any, str]] = {
        "qyapi.weixin.qq.com": (wecombot.NotifyWeComBot, parts.query.partition("=")[2]),
        "oapi.dingtalk.com": (dingtalk.NotifyDingTalk, parts.query.partition("=")[2]),
        "open.feishu.cn": (feishu.NotifyFeishu, parts.path.rpartition("/")[2]),
    }
    if parts.hostname not in of_maker:
        reason = "this is no address of a robot"
        raise GivenUp(reason)
    plugin, secret = of_maker[parts.hostname]
    return plugin(secret)


MOST_BYTES = 2000  # 企业微信 takes 2048, which Apprise counts in letters


def _fitting(text: str) -> str:
    """Leave out the last lines of what is too long."""
    kept = text.encode()[:MOST_BYTES].decode(errors="ignore")
    return text if kept == text else kept.rpartition("\n")[0] + "\n…"
