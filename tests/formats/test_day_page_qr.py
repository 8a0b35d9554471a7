"""The QR codes of the page are read back here from what is drawn, module by module, by the standard (ISO/IEC 18004).

A reader for clean symbols of one block (versions 2 to 5 at level L): no error needs correction in a drawing.
"""

from __future__ import annotations

import re

import pytest
from tests.formats.day_page_plans import many

from visitcli.domain.navigation import amap
from visitcli.formats.day_page import day_page
from visitcli.formats.day_page_stops import MODULE_PX, QUIET_ZONE, qr_svg
from visitcli.words import Words

Matrix = list[list[bool]]
DATA_CODEWORDS_L = {2: 34, 3: 55, 4: 80, 5: 108}
MASKS = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)


def drawn(svg: str) -> Matrix:
    """The dark modules, from the path's strokes of one module's width, without the quiet zone."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])  # type: ignore[index]
    path = re.search(r'd="(M[^"]+)" stroke="#000"', svg)[1]  # type: ignore[index]
    dark = [[False] * side for _ in range(side)]
    x = y = 0.0
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        if command == "M":
            x, y = float(first), float(second)
        elif command == "m":
            x, y = x + float(first), y + float(second)
        else:
            for column in range(int(x), int(x + float(first))):
                dark[int(y)][column] = True
            x += float(first)
    edge = QUIET_ZONE
    assert not any(any(row) for row in (*dark[:edge], *dark[-edge:]))
    assert not any(any((*row[:edge], *row[-edge:])) for row in dark)
    return [row[edge:-edge] for row in dark[edge:-edge]]


def reserved(size: int, row: int, column: int) -> bool:
    """Finders with format information, timing, and the one alignment pattern of versions 2 to 6."""
    at = size - 7
    corner = (row < 9 and (column < 9 or column >= size - 8)) or (row >= size - 8 and column < 9)
    return corner or row == 6 or column == 6 or (abs(row - at) <= 2 and abs(column - at) <= 2)


def read(matrix: Matrix) -> str:
    size = len(matrix)
    version = (size - 17) // 4
    format_bits = [matrix[8][column] for column in (0, 1, 2, 3, 4)]
    value = int("".join(str(int(bit)) for bit in format_bits), 2) ^ 0b10101
    assert value >> 3 == 0b01, "level L"
    mask = MASKS[value & 7]
    bits = []
    for pair, right in enumerate((*range(size - 1, 6, -2), *range(5, 0, -2))):
        for row in range(size) if pair % 2 else range(size - 1, -1, -1):
            free = [column for column in (right, right - 1) if not reserved(size, row, column)]
            bits += [matrix[row][column] != mask(row, column) for column in free]
    stream = "".join(str(int(bit)) for bit in bits)[: DATA_CODEWORDS_L[version] * 8]
    assert stream[:4] == "0100", "byte mode"
    length = int(stream[4:12], 2)
    return bytes(int(stream[at : at + 8], 2) for at in range(12, 12 + 8 * length, 8)).decode()


@pytest.mark.parametrize(
    "place", [(31.2304, 121.4737), (22.5431, 114.0579), (-33.856784, 151.215297), (40.748817, -73.985428)]
)
def test_a_code_leads_to_the_place(place: tuple[float, float]) -> None:
    assert read(drawn(qr_svg(amap(*place), "x"))) == amap(*place)


def test_each_stop_of_the_page_has_its_own() -> None:
    plan = many(12)
    html = day_page(plan, Words("zh"), made_at="")
    codes = re.findall(r'<div class="qr">(<svg.*?</svg>)', html)
    assert [read(drawn(svg)) for svg in codes] == [amap(s["lat"], s["lon"]) for s in plan["days"][0]["stops"]]
    assert all('fill="#fff"' in svg for svg in codes)  # on white, in the dark too


def test_a_code_of_china_has_33_modules_of_whole_pixels() -> None:
    svg = qr_svg(amap(31.2304, 121.4737), "x")
    side = 33 + 2 * QUIET_ZONE
    assert f'viewBox="0 0 {side} {side}" width="{side * MODULE_PX}"' in svg
    assert 'role="img" aria-label="x"' in svg
