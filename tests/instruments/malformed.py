"""Files that are not right, by the thousand: valid ones that were damaged, and those that are made to do harm.

``python -m tests.instruments.malformed KIND N`` reads N of a kind under a limit of memory and prints what happened.
"""

from __future__ import annotations

import io
import json
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from exchange.errors import InputError
from exchange.imports.answers import read_answers, written
from exchange.imports.cdp import read_cdp
from exchange.imports.forms import read_form
from exchange.imports.kobo import read_submissions
from exchange.imports.package import packed, read_package, zipped
from exchange.instruments import load
from exchange.instruments.files import SHIPPED
from exchange.reports.forms import plain_table, xlsform
from tests.instruments.sheets import as_csv, as_xlsx, kobo_rows

RESILIENCE, IMPACT = load("resilience"), load("impact")
MEMORY = 200_000_000
"""Bytes that one input may take."""

ANSWERS = [
    {"item": "P1.1", "state": "answered", "level": 3, "note": 'a "note",\nin two lines', "evidence": [
        {"reference": "map", "sensitivity": "public"}]},
    {"item": "P7.3", "state": "answered", "level": 1, "raw_value": 20.5, "unit": "percent", "confidence": "low"},
    {"item": "P1.2", "state": "unknown"}, {"item": "P10.2", "state": "not_applicable", "note": "ملاحظة"}]
GIVEN = {answer["item"]: answer for answer in ANSWERS}
ABOUT = {"city": {"city_id": "3652462", "name": "Quito", "country": "ECU"}, "round_": "1",
         "created": "2026-11-23T10:42:00Z"}
YAML = """name: heat
version: "1"
title: Heat
scale: {min: 0, max: 1, words: ["no", "yes"]}
sections:
  - id: S1
    number: 1
    name: Heat
    short: Heat
    items:
      - {id: H1, label: Plan, question: "Is there a plan?"}
"""

CDP = ["Account Number", "Account Name", "Country", "Question Number",
       "Identify the climate hazards most significantly impacting the selected areas"]

Read = Callable[[Path], object]
READERS: dict[str, tuple[str, Read]] = {
    "csv": ("answers.csv", lambda path: read_answers(path, RESILIENCE)),
    "csv_form": ("form.v1.csv", read_form),
    "kobo": ("kobo.csv", lambda path: read_submissions(path, RESILIENCE)),
    "cdp": ("cdp.csv", read_cdp),
    "xlsx": ("kobo.xlsx", lambda path: read_submissions(path, RESILIENCE)),
    "xlsx_form": ("form.xlsx", read_form),
    "json": ("impact.v1.json", read_form),
    "yaml": ("form.yaml", read_form),
    "package": ("package.zip", lambda path: read_package(path).answers(RESILIENCE)),
}
ZIPPED = {"xlsx", "xlsx_form", "package"}


VALID: dict[str, Callable[[], bytes]] = {
    "csv": lambda: written(ANSWERS).encode(),
    "csv_form": lambda: plain_table(IMPACT).encode(),
    "kobo": lambda: as_csv(*kobo_rows(GIVEN)),
    "cdp": lambda: as_csv(CDP, [
        ["1", "City of Rotterdam", "Netherlands", "2.3a", "Extreme hot temperature > Heat wave"],
        ["2", "Somewhere", "Fiji", "2.3a", "Storm and wind > Cyclone (Hurricane / Typhoon)"]], ","),
    "xlsx": lambda: as_xlsx(*kobo_rows(GIVEN)),
    "xlsx_form": lambda: xlsform(IMPACT),
    "json": (SHIPPED / "impact.v1.json").read_bytes,
    "yaml": YAML.encode,
    "package": lambda: zipped(packed(RESILIENCE, ANSWERS, **ABOUT)),
}


def valid(kind: str) -> bytes:
    """Return a file of a kind that is read without a finding."""
    return VALID[kind]()


TOKENS = [
    b"\x00", b'"', b"'", b",", b";", b"\r", b"\n", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"[", b"{",
    b"}", b"]", b"&a ", b"*a", b"!!python/object:os.system ", b"NaN", b"1e999", b"-1", b"9" * 5000,
    b"\\ud800", b"null", b"<", b">", b"&amp;", b"&#0;", b"<!DOCTYPE x>", b"::", b"::(xx)", b"level", b"item",
    b"P1.1", b"unknown", b"\xe2\x80\xae", b"=1", b"A1", b"XFD1048576", b"_x0000_", b"--- ", b"? ", b": ",
    b"- ", b"|", b"%", b"\t", b" " * 300, b"[" * 60]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return a file with one to four things done to it."""
    for _ in range(chance.randint(1, 4)):
        a, b = sorted(chance.randrange(len(content) + 1) for _ in range(2))
        b = min(b, a + chance.choice([1, 4, 40, 400]))
        match chance.randrange(7):
            case 0:
                content = content[:a]
            case 1:
                content = content[:a] + content[b:]
            case 2:
                content = content[:b] + content[a:b] * chance.choice([1, 3, 50]) + content[b:]
            case 3:
                content = content[:a] + bytes([chance.randrange(256)]) + content[a + 1:]
            case 4 | 5:
                content = content[:a] + chance.choice(TOKENS) + content[a:]
            case 6:
                content = content[:a] + chance.choice(TOKENS) + content[b:]
    return content


def inside(content: bytes, chance: random.Random) -> bytes:
    """Return a zip file one of whose parts was damaged, and packed again so that only its content is wrong."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(parts))
    if chance.random() < 0.1:
        del parts[name]
    else:
        parts[name] = damaged(parts[name], chance)
    return zip_of(parts)


def zip_of(parts: dict[str, bytes]) -> bytes:
    """Return a zip file of these parts; large ones are not packed, where the file is small enough without."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            # What is packed a thousandfold is refused for that alone; the limits behind are to be reached too.
            archive.writestr(name, part, zipfile.ZIP_STORED if 1_000_000 < len(part) < 9_000_000 else None)
    return out.getvalue()


def inputs(kind: str, number: int, seed: int, *, with_bombs: bool = True) -> Iterator[bytes]:
    """Yield the bombs of a kind, then so many damaged files."""
    if with_bombs:
        yield from bombs(kind)
    chance = random.Random(f"{kind}/{seed}")
    whole = valid(kind)
    for _ in range(number):
        yield inside(whole, chance) if kind in ZIPPED and chance.random() < 0.7 else damaged(whole, chance)


def bombs(kind: str) -> Iterator[bytes]:
    """Yield files that are made to take time or memory."""
    match kind:
        case "csv" | "csv_form" | "kobo" | "cdp":
            yield from _csv_bombs(valid(kind))
        case "json":
            yield from _json_bombs()
        case "yaml":
            yield from _yaml_bombs()
        case "package":
            yield from _package_bombs()
        case _:
            yield from _xlsx_bombs(valid(kind))


def _csv_bombs(whole: bytes) -> Iterator[bytes]:
    head = whole.partition(b"\n")[0] + b"\n"
    most = 9_900_000
    yield b"," * most
    yield head + b"," * most
    yield head + b'"' + b"x" * most
    yield head + b'"' * most
    yield head + b"\n" * most
    yield head + b"x,y\n" * (most // 4)
    yield head + b"P1.1,answered,1\n" * (most // 16)
    yield b",".join(b"c%d" % n for n in range(1_000_000))
    yield head + b"x" * most
    yield head + (b'"' + b"y" * 120_000 + b'"\n') * 80
    yield "item,state,level\n".encode("utf-16")
    yield b"\0" * most
    yield b"a" * 11_000_000
    yield head + b"[" * 100_000


def _json_bombs() -> Iterator[bytes]:
    most = 1_900_000
    yield b"[" * most
    yield b'{"a":' * 200_000
    yield b'{"name": ' + b"9" * most + b"}"
    yield b'{"name": 1e' + b"9" * 1000 + b"}"
    yield b'{"sections": [' + b"0," * (most // 2) + b"0]}"
    yield b'{"sections": [' + b"{}," * (most // 3) + b"{}]}"
    yield b"{" + b",".join(b'"k%d":0' % n for n in range(180_000)) + b"}"
    yield b'{"translations": {' + b",".join(b'"k%d":{}' % n for n in range(150_000)) + b"}}"
    yield b'{"title": "' + b"x" * most + b'"}'
    yield b'{"title": "' + b"\\u0000" * (most // 6) + b'"}'
    yield b" " * 3_000_000
    content = json.loads((SHIPPED / "impact.v1.json").read_text(encoding="utf-8"))
    item = content["sections"][0]["items"][0]
    item["levels"] = [{"value": n, "text": "x"} for n in range(40_000)]
    yield json.dumps(content).encode()
    item["levels"] = []
    content["sections"][0]["items"] = [{**item, "id": f"Q{n}"} for n in range(6_000)]
    yield json.dumps(content).encode()
    content["scale"] = {"min": 0, "max": 10**12, "words": ["a"]}
    yield json.dumps(content).encode()


def _yaml_bombs() -> Iterator[bytes]:
    yield b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(12))
    yield b"a: &a\n  b: *a\n"
    yield b"[" * 400_000
    yield b"- " * 200_000
    yield b"? " * 200_000
    yield b"a: " + b"9" * 400_000
    yield b"a: 1:" + b"59:" * 100_000
    yield b"- x\n" * 120_000
    yield b'"' + b"x" * 450_000
    yield b"".join(b"k%d: 1\n" % n for n in range(40_000))
    yield b"!!python/object/apply:os.system ['true']\n"
    yield b"--- a\n" * 80_000
    yield b"#" * 450_000
    yield b"a: |\n" + b" x\n" * 100_000
    yield b"%TAG ! tag:x,2000:\n" * 10_000
    yield b"x" * 600_000


def _package_bombs() -> Iterator[bytes]:
    files = packed(RESILIENCE, ANSWERS, **ABOUT)
    yield zip_of({**files, "answers.csv": b"\0" * 60_000_000})
    yield zip_of({**files, "answers.csv": b"," * 7_900_000})
    yield zip_of({**files, "datapackage.json": b"[" * 7_900_000})
    yield zip_of({**files, "datapackage.json": b'{"resources": [' + b"0," * 3_000_000 + b"0]}"})
    yield zip_of({f"{n}/datapackage.json": b"{}" for n in range(2_900)})
    yield zip_of({f"../{name}": part for name, part in files.items()})
    yield files["datapackage.json"]


def _xlsx_bombs(whole: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = next(name for name in parts if name.startswith("xl/worksheets/sheet"))
    open_, close = b'<worksheet xmlns="x"><sheetData>', b"</sheetData></worksheet>"
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)) + b"]><worksheet>&m;</worksheet>"
    cell = b'<c r="A1" t="inlineStr"><is><t>x</t></is></c>'
    for content in (
        b"0" * 60_000_000, laughs, b"<a>" * 2_000_000,
        open_ + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + close,
        open_ + b"<row>" + b"<c><v>1</v></c>" * 500_000 + b"</row>" + close, open_ + b"<row/>" * 1_300_000 + close,
        open_ + b"<row>" + cell * 170_000 + b"</row>" + close,
        open_ + b"<row r='1'><c r='A1'><v>" + b"9" * 7_900_000 + close,
        b"<a " + b"".join(b'b%d="" ' % n for n in range(700_000)) + b"/>", b"<!--" + b"x" * 7_900_000,
        open_ + b"<row r='1'><c t='inlineStr'><is><t>" + b"_x0041_" * 1_000_000 + b"</t></is></c></row>" + close,
    ):
        yield zip_of({**parts, sheet: content})
    yield zip_of({**parts, "xl/sharedStrings.xml": b"<sst>" + b"<si><t>x</t></si>" * 460_000 + b"</sst>"})
    yield zip_of({**parts, **{f"x{n}": b"" for n in range(3_100)}})
    yield whole[:-22] + whole[-22:-10] + b"\xff\xff\xff\xff" + whole[-6:]


def read_all(kind: str, number: int, seed: int, folder: Path, *, with_bombs: bool = True) -> dict[str, object]:
    """Read the inputs of a kind; return how many there were, how many were refused, and what went wrong."""
    name, read = READERS[kind]
    path = folder / name
    tried = refused = 0
    slowest = 0.0
    escaped: list[str] = []
    for content in inputs(kind, number, seed, with_bombs=with_bombs):
        path.write_bytes(content)
        begun = time.process_time()
        try:
            read(path)
        except InputError:
            refused += 1
        except Exception as error:  # noqa: BLE001 - that is what we look for
            escaped.append(f"input {tried}, {type(error).__name__}: {str(error)[:200]}")
        slowest = max(slowest, time.process_time() - begun)
        tried += 1
    return {"tried": tried, "refused": refused, "slowest": slowest, "escaped": escaped}


def main() -> None:
    """Read many inputs of a kind while no more than `MEMORY` bytes can be had, and print what happened."""
    kind, number = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / READERS[kind][0]
        path.write_bytes(valid(kind))
        READERS[kind][1](path)  # everything is loaded now
        made = list(bombs(kind))  # the files themselves do not count
        del made
        size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
        sys.stdout.write(json.dumps(read_all(kind, number, 1, folder)))


if __name__ == "__main__":
    main()
