"""Writes beside each formula of a workbook what it comes to, for viewers that do not calculate."""

import re
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import load_workbook


def with_values(content: bytes, values: Mapping[str, Mapping[str, Decimal]]) -> bytes:
    """Give the workbook with `values` of each sheet, by the cell's name; openpyxl writes formulas alone."""
    names = load_workbook(BytesIO(content), read_only=True).sheetnames
    out = BytesIO()
    with ZipFile(BytesIO(content)) as given, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for entry in given.infolist():
            data = given.read(entry)
            for number, name in enumerate(names, start=1):
                if entry.filename == f"xl/worksheets/sheet{number}.xml" and name in values:
                    data = _filled(data.decode(), values[name]).encode()
            made.writestr(entry, data)
    return out.getvalue()


FORMULA = re.compile(r'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v(?: ?/>|></v>)')


def _filled(sheet: str, values: Mapping[str, Decimal]) -> str:
    def fill(found: re.Match[str]) -> str:
        head, cell = found.groups()
        return f"{head}<v>{values[cell]:f}</v>" if cell in values else found[0]

    return FORMULA.sub(fill, sheet)
