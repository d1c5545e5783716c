"""Spaces in words: kinds, times of the day, opening hours, closures."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import segno
from flask import url_for

from booking.blueprints.kit.filters import area, clock, comma_list, day, duration, moment, sentences
from booking.blueprints.kit.session import my_park
from booking.charges.models import Charge
from booking.db import db
from booking.language import gettext, language_tag, local_name, ngettext
from booking.reservations.queries import ClaimRow
from booking.reservations.rules import MINUTE
from booking.reservations.space_queries import SpaceRow, combined_spaces
from booking.spaces.models import ExtendedHours, Kind, Space
from booking.spaces.rules import ExtendedDay, Opening
from booking.understand import wanted_words as things
from booking.values import FAR_FUTURE
from booking.values.writing import minute_clock


def kind_name(kind: Kind) -> str:
    """Name a kind of space."""
    names = {
        Kind.WORKSTATION: gettext("工位"),
        Kind.MEETING_ROOM: gettext("会议室"),
        Kind.STORAGE: gettext("仓储"),
        Kind.HALL: gettext("会客厅"),
    }
    return str(names[kind])


KINDS = (Kind.MEETING_ROOM, Kind.WORKSTATION, Kind.HALL, Kind.STORAGE)


def kind_or(text: str | None, otherwise: Kind) -> Kind:
    """Read a kind; anything else is `otherwise`."""
    return Kind(text) if text in set(Kind) else otherwise


def people_label(count: int) -> str:
    """Write 6 人, 1 person."""
    return str(ngettext("%(num)s 人", "%(num)s 人", count))


def thing_name(name: str) -> str:
    """Name a thing of a space: the usual ones in the reader's language, others as the park wrote them."""
    if language_tag() != "en":
        return name
    usual = {
        things.BEAMER: gettext("投影仪"),
        things.BOARD: gettext("白板"),
        things.DISPLAY: gettext("显示屏"),
        things.SCREEN: gettext("屏幕"),
        things.VIDEO: gettext("视频会议"),
        things.MONITOR: gettext("显示器"),
        things.STANDING_DESK: gettext("升降桌"),
        things.STAGE: gettext("舞台"),
        things.SOUND: gettext("音响"),
        things.PHONE: gettext("电话"),
        things.WALL: gettext("LED 大屏"),
        things.BUFFET: gettext("茶歇台"),
        things.STREAMING: gettext("直播设备"),
        things.MICROPHONE: gettext("麦克风"),
        things.SHELVES: gettext("货架"),
        things.CLIMATE: gettext("恒温"),
        things.CAMERA: gettext("监控"),
        things.ACCESS: gettext("门禁"),
        things.PRINTER: gettext("打印机"),
        things.SOCKETS: gettext("插座"),
        things.COOLING: gettext("空调"),
    }
    return str(usual.get(name, name))


def things_text(names: Iterable[str]) -> str:
    """List things in the reader's language."""
    return comma_list(map(thing_name, names))


def photo_of(picture_id: int | None) -> str:
    """Give the address of a space's photo; "" where it has none and the drawn scene stands in."""
    return url_for("pictures.show", document_id=picture_id) if picture_id else ""


QUIET_ZONE = 2


def code_squares(address: str) -> tuple[int, str]:
    """Draw a code to scan: its squares each way, white around it included, and the dark ones as a path."""
    code = segno.make_qr(address, error="m")
    squares = [
        f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h1v1h-1z"
        for y, row in enumerate(code.matrix)
        for x, dark in enumerate(row)
        if dark
    ]
    return len(code.matrix) + 2 * QUIET_ZONE, "".join(squares)


def extended_label(one: ExtendedDay) -> str:
    """Say of a day until when, or from when on, it is open for longer."""
    hours = longer_hours(one.opens, one.closes)
    return str(gettext("%(day)s延时开放：%(hours)s。", day=day(one.day), hours=hours))


def longer_hours(opens: int | None, closes: int | None) -> str:
    """Write the hours of an exception; what it does not name is as by rule."""
    if opens is None:
        return str(gettext("开到 %(closes)s", closes=minute_clock(closes or 0)))
    if closes is None:
        return str(gettext("%(opens)s 起开放", opens=minute_clock(opens)))
    return f"{minute_clock(opens)}–{minute_clock(closes)}"


def hours_hint(opening: Opening, on: date | None = None) -> str:
    """Say in one line when and how long a space may be had; on a day also that it is open for longer."""
    words = gettext(
        "%(opens)s–%(closes)s 开放，%(step)s 分钟一档，%(least)s起，最长 %(most)s",
        opens=minute_clock(opening.opens_minute),
        closes=minute_clock(opening.closes_minute),
        step=opening.step_minutes,
        least=duration(opening.minimum_minutes),
        most=duration(opening.maximum_minutes),
    )
    said, longer = [str(words), *tidying_label(opening)], [one for one in opening.extended if one.day == on]
    ended = [one + gettext("。") for one in said]  # an exception has its full stop; what ends the line, none
    return sentences([*ended, *map(extended_label, longer)] if longer else [*ended[:-1], said[-1]])


def tidying_label(opening: Opening) -> list[str]:
    """Say how long a space is kept free after every use; nothing where it is not."""
    if not opening.buffer_minutes:
        return []
    return [gettext("每次用完后留空 %(buffer)s，不收费", buffer=duration(opening.buffer_minutes))]


def closure_label(reason: str | None, until: datetime | None) -> str:
    """Say of a closure until when, which nobody may know yet, and why."""
    words = gettext("停用，直到另行通知")
    if until is not None and until < FAR_FUTURE:
        words = gettext("停用到 %(until)s", until=until_label(until))
    return str(gettext("%(closed)s：%(reason)s", closed=words, reason=reason) if reason else words)


def until_label(instant: datetime) -> str:
    """Write when something ends; at midnight it is the end of the day before."""
    if clock(instant) == "00:00":
        return f"{day(instant - MINUTE)} 24:00"
    return moment(instant)


def about(opening: Opening, space: SpaceRow, parts: Sequence[Space]) -> list[tuple[str, str]]:
    """Tell what is known about a space, and what it is made of."""
    facts = [(gettext("位置"), local_name(space.area, space.area_en)), (gettext("编号"), space.code)]
    if space.area_hundredths:
        facts.append((gettext("面积"), area(space.area_hundredths)))
    if space.kind is Kind.STORAGE:
        return facts
    facts.append((gettext("容纳"), people_label(space.capacity)))
    if space.equipment:
        facts.append((gettext("设备"), things_text(space.equipment)))
    if parts:
        facts.append((gettext("组成"), " + ".join(local_name(one.name, one.name_en) for one in parts)))
    return [*facts, (gettext("规则"), hours_hint(opening))]


def made_of(space_id: int) -> list[tuple[str, str]]:
    """Say what a combined space is made of, as a fact; nothing of any other."""
    parts = parts_text(space_id)
    return [(gettext("组成"), parts)] if parts else []


def parts_text(space_id: int, park_id: int | None = None) -> str:
    """List what a combined space of a park, or of the reader's, is made of; "" of any other."""
    whole = combined_spaces(db.session(), park_id or my_park().id).get(space_id)
    return " + ".join(local_name(*part) for part in whole.parts.values()) if whole else ""


def whole_parts(space: Space) -> str:
    """List what a space is made of, where it is a combined one, or ""."""
    return parts_text(space.id, space.park_id)


def whole_name(space: Space | SpaceRow) -> str:
    """Name a space, and what it is made of where it is a combined one."""
    return _with_parts(local_name(space.name, space.name_en), space.id, space.park_id)


def charged_place(line: Charge) -> str:
    """Name where a line was charged, as it keeps it, and what that is made of; its space must be loaded."""
    return _with_parts(local_name(line.space_name, line.space_name_en), line.space_id, line.park_id)


def _with_parts(name: str, space_id: int, park_id: int) -> str:
    parts = parts_text(space_id, park_id)
    return gettext("%(place)s（%(words)s）", place=name, words=parts) if parts else name


def through(row: ClaimRow, on: int) -> str:
    """Say by which combined space the space `on` is taken, or which part of it; "" where it is itself."""
    booked = row.booked_space_id
    if booked is None or booked == on:
        return ""
    combined = combined_spaces(db.session(), my_park().id)
    if whole := combined.get(booked):
        return gettext("合成“%(name)s”使用", name=local_name(whole.name, whole.name_en))
    part = combined[on].parts.get(booked) if on in combined else None
    return gettext("只用其中“%(name)s”", name=local_name(*part)) if part else ""


def closed_label(row: ClaimRow, on: int) -> str:
    """Say of a closure until when and why, as seen from the space `on`: which of its parts, or its whole."""
    words = closure_label(row.reason, row.closed_until)
    closed = row.booked_space_id
    if closed is None or closed == on:
        return words
    names: dict[int, tuple[str, str | None]] = {}
    for whole, one in combined_spaces(db.session(), my_park().id).items():
        names.update({whole: (one.name, one.name_en), **one.parts})
    if closed not in names:
        return words
    return gettext("%(closed)s（停用的是“%(name)s”）", closed=words, name=local_name(*names[closed]))


def hours_of(granted: ExtendedHours) -> str:
    """Write 开到 22:00."""
    return longer_hours(granted.opens_minute, granted.closes_minute)


def where_of(granted: ExtendedHours) -> str:
    """Name the space, or the whole park."""
    return space_label(granted.space) if granted.space else str(gettext("整个园区"))


def space_label(space: Space) -> str:
    """Write the code and the name of a space."""
    return f"{space.code} {local_name(space.name, space.name_en)}"


def granted_label(granted: ExtendedHours) -> str:
    """Write 11月26日 周四，整个园区开到 22:00."""
    facts = {"day": day(granted.day), "where": where_of(granted), "hours": hours_of(granted)}
    return str(gettext("%(day)s，%(where)s%(hours)s", **facts))
