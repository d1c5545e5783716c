"""Compares a table with what the park has: what would be added, changed and left; pure."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from booking.spaces.exchange.columns import Column, ExchangeRow, Mistake, MistakeKind
from booking.spaces.exchange.parsing import Parsed, ReadRow


@dataclass(frozen=True, slots=True)
class Present:
    """What a park has: spaces in use by code as rows, retired codes, areas by name, combinations."""

    spaces: Mapping[str, ExchangeRow] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One row that differs from what is there."""

    number: int
    before: ExchangeRow
    after: ExchangeRow

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the fields of `SpaceRow` that differ, in their order."""
        names = [item.name for item in fields(ExchangeRow)]
        return tuple(name for name in names if getattr(self.before, name) != getattr(self.after, name))


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; only a plan without mistakes is ever carried out."""

    areas: tuple[str, ...]
    added: tuple[tuple[int, ExchangeRow], ...]
    changed: tuple[PlannedChange, ...]
    unchanged: int
    mistakes: tuple[Mistake, ...]
    columns: tuple[Column, ...] = ()  # that the table has

    @property
    def does_something(self) -> bool:
        """Tell whether anything would be written."""
        return bool(self.added or self.changed)

    @property
    def fingerprint(self) -> str:
        """Tell two plans apart, so that what is carried out is what was shown."""
        said = repr((self.areas, self.added, self.changed, self.unchanged))
        return hashlib.sha256(said.encode()).hexdigest()


def plan(parsed: Parsed, present: Present, still_booked: Callable[[str], int]) -> Plan:
    """Compare; `still_booked` counts what is to come on a space whose parts would change."""
    mistakes = list(parsed.mistakes)
    wanted: dict[str, tuple[int, ExchangeRow]] = {}
    for row in parsed.rows:
        code = row.values.get(Column.CODE)
        if code and code not in wanted and (target := _target(row, present, mistakes)) is not None:
            wanted[code] = (row.number, target)
    after = dict(present.spaces) | {code: target for code, (_, target) in wanted.items()}
    # A row with a mistake of its own is no unknown space beside that.
    unsaid = {row.values.get(Column.CODE) for row in parsed.rows} - set(wanted)
    for number, target in wanted.values():
        mistakes += _wrong_parts(number, target, after, unsaid)
    changed = _changed(wanted, present)
    for change in changed:
        if change.before.parts != change.after.parts and (count := still_booked(change.after.code)):
            mistakes.append(Mistake(change.number, Column.PARTS, MistakeKind.PARTS_BOOKED, limit=count))
    added = tuple(found for code, found in wanted.items() if code not in present.spaces)
    return Plan(
        areas=_new_areas(wanted, present),
        added=added,
        changed=changed,
        unchanged=len(wanted) - len(added) - len(changed),
        mistakes=tuple(sorted(mistakes, key=_place)),
        columns=parsed.columns,
    )


def _changed(wanted: Mapping[str, tuple[int, ExchangeRow]], present: Present) -> tuple[PlannedChange, ...]:
    return tuple(
        PlannedChange(number, present.spaces[code], target)
        for code, (number, target) in wanted.items()
        if code in present.spaces and present.spaces[code] != target
    )


def _new_areas(wanted: Mapping[str, tuple[int, ExchangeRow]], present: Present) -> tuple[str, ...]:
    named = dict.fromkeys(target.area for _, target in wanted.values())
    return tuple(name for name in named if name not in present.areas)


def _place(mistake: Mistake) -> tuple[int, int]:
    columns = list(Column)
    return mistake.row, columns.index(mistake.column) if mistake.column else len(columns)


def _target(row: ReadRow, present: Present, mistakes: list[Mistake]) -> ExchangeRow | None:
    """Say what the space would be; None where the row has mistakes of its own that leave it unsaid."""
    said: dict[str, Any] = {column.value: value for column, value in row.values.items() if column in PLAIN}
    if any(name not in said for name in ("code", "name", "kind", "area")):
        return None
    for listed in ("equipment", "parts"):
        if listed in said:
            said[listed] = tuple(sorted(said[listed]))
    held = present.spaces.get(said["code"])
    if said["code"] in present.retired:
        mistakes.append(Mistake(row.number, Column.CODE, MistakeKind.RETIRED, typed=said["code"]))
    if held is not None and held.kind is not said["kind"]:
        mistakes.append(Mistake(row.number, Column.KIND, MistakeKind.KIND_FIXED, other=held.kind.value))
    target = replace(held, **said) if held is not None else ExchangeRow(**said)
    return replace(target, opening=row.opening) if row.has_rule else target


PLAIN = frozenset(Column(item.name) for item in fields(ExchangeRow) if item.name != "opening")


def _wrong_parts(
    number: int, target: ExchangeRow, after: Mapping[str, ExchangeRow], unsaid: Collection[str | None]
) -> list[Mistake]:
    """Judge the parts of a combined space as everything would be after the import."""

    def wrong(problem: MistakeKind, other: str = "") -> Mistake:
        return Mistake(number, Column.PARTS, problem, typed="、".join(target.parts), other=other)

    if not target.parts:
        return []
    if len(target.parts) == 1:
        return [wrong(MistakeKind.PART_ALONE)]
    mistakes = [
        wrong(MistakeKind.PART_OF_OTHERS, code) for code, other in after.items() if target.code in other.parts
    ]
    for code in target.parts:
        part = after.get(code)
        if part is None:
            mistakes += [wrong(MistakeKind.PART_UNKNOWN, code)] if code not in unsaid else []
        elif part.kind is not target.kind or part.parts or code == target.code:
            mistakes.append(wrong(MistakeKind.PART_UNFIT, code))
    return mistakes
