"""What the facilitator sees and does: questions by progress, who is missing, lock, reveal, agree, and the end."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import segno
from tornado.web import HTTPError

from exchange.assessments import consensus, voices
from exchange.errors import ConflictError, ExchangeError
from exchange.room import wall, words
from exchange.room.book import wording
from exchange.room.pages import FACILITATOR, FacilitatorPage, Page, refused
from exchange.store import EditConflictError
from exchange.vocabulary import ANSWERED, BLANK, NOT_APPLICABLE, STAKEHOLDER_GROUPS, UNKNOWN

if TYPE_CHECKING:
    from exchange.assessments.voices import Opinions
    from exchange.room.book import Book
    from exchange.workbook.context import Row

SIGNS: Final = {"?": UNKNOWN, "-": NOT_APPLICABLE, ".": BLANK}
"""How states are typed in from paper."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Home(Page):
    """The facilitator's page."""

    async def get(self) -> None:
        """Show the room, or take the key of a facilitator who comes from another device."""
        if not self.facilitates:
            self._take_key()
            return
        if self.book.closed:
            self.redirect("/f/end")
            return
        await self.draw(problem=self.said(words.MOVED) if self.get_query_argument("moved", "") else "")

    head = get

    async def draw(self, *, problem: str = "") -> None:
        """Show the room as it stands."""
        book = self.book
        opinions, agreements, seen = await asyncio.to_thread(self._read)
        stage, language = book.stage, wording(self.language)
        item = stage.item or book.items[0]
        shown = opinions[item].whole if book.phase != voices.FIRST else voices.Spread()
        self.show("facilitator.html", book=book, stage=stage, item=item, asked=language[item], language=language,
                  progress=book.progress(item), people=len(book.groups), groups=STAKEHOLDER_GROUPS,
                  agreements=agreements, base=seen, problem=problem, phases=voices.PHASES,
                  following=voices.follow(book.phase), left=stage.left(book.workbook.store.now()),
                  address=self.settings["address"], key_address=self.settings["key_address"],
                  reachable=self.settings["reachable"], answered={one: book.answered(one) for one in book.items},
                  unknown=UNKNOWN, not_applicable=NOT_APPLICABLE, finding=wall.finding(shown),
                  bars=wall.bars(shown, self.labels(item)), may_undo=bool(book.row.get("history")),
                  unsettled=[one for one in book.items if not _settled(opinions[one], book)],
                  moves={voices.REVEALED: words.TO_REVEALED, voices.DISCUSSION: words.TO_DISCUSSION,
                         voices.SECOND: words.TO_SECOND, voices.AGREEING: words.TO_AGREEING,
                         voices.AGREED: words.TO_AGREED})

    def labels(self, item: str) -> dict[str, str]:
        """Return the words of each possible answer."""
        return wall.labels(wording(self.language)[item], self.said(words.UNKNOWN), self.said(words.NOT_APPLICABLE))

    def _read(self) -> tuple[dict[str, Opinions], dict[str, Row], int]:
        book = self.book
        item = book.stage.item or book.items[0]
        return book.opinions(), book.agreements(), book.agreed_revision(item)

    def _take_key(self) -> None:
        who = self.request.remote_ip or ""
        given = self.get_query_argument("key", "")
        if self.codes.refuses(who):
            raise refused(HTTPStatus.TOO_MANY_REQUESTS, "TOO_OFTEN")
        if not secrets.compare_digest(given.encode(), self.settings["key"].encode()):
            if given:
                self.codes.note(who)
            raise refused(HTTPStatus.FORBIDDEN, "FACILITATOR_ONLY")
        self.set_signed_cookie(FACILITATOR, self.book.row["workshop_id"], expires_days=2, httponly=True,
                               samesite="Lax")
        self.redirect("/f")


def _settled(opinions: Opinions, book: Book) -> bool:
    rule = consensus.rule_of(book.together.get("rule", {}))
    return consensus.propose(rule, opinions).level is not None


class Act(FacilitatorPage):
    """One step of the room."""

    async def post(self) -> None:
        """Do it, and show the room again."""
        revision = self.get_body_argument("revision", "")
        seen = int(revision) if revision.isdigit() else 0
        action, value = self.get_body_argument("action"), self.get_body_argument("value", "")
        try:
            if action == "lead":
                await asyncio.to_thread(self.book.lead, value, seen, self.get_body_arguments("asked"))
            else:
                await asyncio.to_thread(self.book.move, action, self.get_body_argument("item", ""), value, seen)
        except ConflictError:
            self.redirect("/f?moved=1", status=HTTPStatus.SEE_OTHER)
            return
        except ExchangeError as error:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from error
        self.redirect("/f", status=HTTPStatus.SEE_OTHER)


class Agree(Home):
    """The room's agreed answer, with the reason and a sentence for those who see it differently."""

    def prepare(self) -> None:
        """Let nobody but the facilitator in, and nobody look."""
        if not self.facilitates:
            raise refused(HTTPStatus.FORBIDDEN, "FACILITATOR_ONLY")
        if self.request.method != "POST":
            raise HTTPError(HTTPStatus.METHOD_NOT_ALLOWED)

    async def post(self) -> None:
        """Keep it, unless somebody else kept another one meanwhile."""
        answer, base = self.get_body_argument("answer", ""), self.get_body_argument("base", "")
        state, level = (ANSWERED, int(answer)) if answer.isdigit() else (answer, None)
        try:
            await asyncio.to_thread(
                self.book.agree, self.get_body_argument("item"), state, level,
                why=self.get_body_argument("why", "")[:2000], dissent=self.get_body_argument("dissent", "")[:2000],
                seen=int(base) if base.isdigit() else 0)
        except EditConflictError as conflict:
            self.set_status(HTTPStatus.CONFLICT)
            both = {"theirs": self._words(conflict.theirs), "mine": self._words(conflict.mine)}
            await self.draw(problem=self.said(words.AGREE_CONFLICT, **both))
        except ExchangeError as error:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from error
        else:
            self.redirect("/f", status=HTTPStatus.SEE_OTHER)

    def _words(self, answer: dict[str, Any]) -> str:
        level = self.said(words.LEVEL_N, n=answer["level"]) if answer["level"] is not None else ""
        said = level or self.said(words.STATES[answer["state"]])
        return f"{said} – {answer['note']}" if answer["note"] else said


class Projector(FacilitatorPage):
    """What the wall shows: nothing of a single person."""

    async def get(self) -> None:
        """Show how to join, or the question and what the room says."""
        book, stage = self.book, self.book.stage
        if not stage.item or book.closed:
            code = segno.make(f"{self.settings['address']}/r/{book.code}", error="m")
            drawn = code.svg_inline(border=2, omitsize=True)  # our own, without a word that anybody wrote
            self.show("join.html", qr=drawn, people=in_steps(len(book.groups)), address=self.settings["address"],
                      closed=book.closed)
            return
        opinions = (await asyncio.to_thread(book.opinions))[stage.item]
        asked, agreed = wording(self.language)[stage.item], None
        shown = opinions.whole if book.turn == 0 or not book.asks(stage.item) else voices.Spread()
        if book.phase in {voices.AGREEING, voices.AGREED}:
            agreed = (await asyncio.to_thread(book.agreements)).get(stage.item)
        texts = wall.labels(asked, self.said(words.UNKNOWN), self.said(words.NOT_APPLICABLE))
        self.show("wall.html", asked=asked, number=book.items.index(stage.item) + 1, all=len(book.items), book=book,
                  answering=book.asks(stage.item), answered=in_steps(book.answered(stage.item)),
                  locked=stage.item in stage.locked, bars=wall.bars(shown, texts), finding=wall.finding(shown),
                  agreed=agreed, left=stage.left(book.workbook.store.now()))

    head = get


def in_steps(number: int) -> int:
    """Return a count as the room sees it: rounded down to a multiple of five."""
    return number - number % voices.LEAST


class Paper(FacilitatorPage):
    """The form to print for whoever has no phone."""

    def get(self) -> None:
        """Show it."""
        language = wording(self.language)
        self.show("paper.html", items=[language[item] for item in self.book.items], groups=STAKEHOLDER_GROUPS)


class Keying(FacilitatorPage):
    """Paper forms are typed in here, each twice."""

    def get(self) -> None:
        """Show the two lines."""
        self._draw(done=None, problem="")

    async def post(self) -> None:
        """Keep one form, if both lines say the same."""
        first, second = (self._line(name) for name in ("first", "second"))
        items = self.book.items
        problem = ""
        if first != second and len(first) == len(second) == len(items):
            differs = next(item for item, a, b in zip(items, first, second, strict=True) if a != b)
            problem = self.said(words.KEYING_DIFFERS, item=differs)
        elif first != second or not self._fits(first):
            problem = self.said(words.KEYING_WRONG, n=len(items))
        if problem:
            self.set_status(HTTPStatus.BAD_REQUEST)
            self._draw(done=None, problem=problem)
            return
        answers: dict[str, tuple[str, int | None]] = {
            item: (SIGNS[sign], None) if sign in SIGNS else (ANSWERED, int(sign))
            for item, sign in zip(items, first, strict=True)}
        try:
            number = await asyncio.to_thread(
                self.book.key_in, self.get_body_argument("sheet"), self.get_body_argument("group", ""), answers)
        except ExchangeError as error:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from error
        self._draw(done=number, problem="")

    def _line(self, name: str) -> str:
        return "".join(self.get_body_argument(name, "").split())

    def _fits(self, line: str) -> bool:
        levels = {str(level) for level in range(self.book.top + 1)}
        return len(line) == len(self.book.items) and set(line) <= levels | SIGNS.keys()

    def _draw(self, *, done: int | None, problem: str) -> None:
        again = problem != ""
        self.show("keying.html", groups=STAKEHOLDER_GROUPS, done=done, problem=problem, number=len(self.book.items),
                  sheet=self.get_body_argument("sheet", "") if again else secrets.token_urlsafe(16),
                  first=self._line("first") if again else "", chosen=self.get_body_argument("group", ""))


class Export(FacilitatorPage):
    """What was said in the room, to take along."""

    async def get(self, kind: str) -> None:
        """Send a table or everything."""
        everything = await asyncio.to_thread(self.book.everything)
        self.set_header("Content-Disposition", f'attachment; filename="room-{self.book.row["workshop_id"]}.{kind}"')
        if kind == "json":
            self.set_header("Content-Type", "application/json")
            self.write(json.dumps(everything, ensure_ascii=False, indent=2, default=str))
            return
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.write("\ufeff" + table(everything))


class End(FacilitatorPage):
    """The end: no more answers; then, if the city wants it, no answers of single people either."""

    def get(self) -> None:
        """Ask, or say that it is over."""
        self._draw()

    async def post(self) -> None:
        """End the workshop, or delete what single people said."""
        if not self.book.closed:
            await asyncio.to_thread(self.book.end)
        elif self.get_body_argument("name", "").strip().casefold() != self.book.workbook.city["name"].casefold():
            self._draw(problem=words.NOT_CONFIRMED)
            return
        else:
            await asyncio.to_thread(self.book.wipe)
            self._draw(wiped=True)
            return
        self._draw()

    def _draw(self, *, problem: object = "", wiped: bool = False) -> None:
        self.show("end.html", closed=self.book.closed, wiped=wiped, problem=problem, people=len(self.book.groups))


def table(everything: dict[str, Any]) -> str:
    """Return what may leave the room as CSV, one row a question; no cell is taken for a formula by a spreadsheet."""
    out = io.StringIO()
    sheet = csv.writer(out)
    numbers = ("item", "turn", "n", "median", "q1", "q3", "within_one_level")
    sheet.writerow(["city", "round", *numbers, "agreed", "why", "dissent"])
    for one in everything["questions"]:
        agreed = one["agreed"] or {"state": "", "level": None, "why": "", "dissent": ""}
        said = agreed["state"] if agreed["level"] is None else agreed["level"]
        cells = (everything["city"], everything["round"], *(one[name] for name in numbers), said, agreed["why"],
                 agreed["dissent"])
        sheet.writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def _cell(value: object) -> str:
    said = "" if value is None else str(value)
    return f"'{said}" if said.startswith(_FORMULA) else said
