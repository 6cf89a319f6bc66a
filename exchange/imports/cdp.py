"""The cities of CDP's open table of 2021 and the hazards that each reported (question 2.3a)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pandas as pd

from exchange import cities, hazards
from exchange.errors import Findings, InputError
from exchange.imports.tables import read_csv
from exchange.tables import Column, Table
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE: Final = "CDP Cities 2021, question 2.3a"
QUESTION: Final = "2.3a"
MOST_ROWS: Final = 50_000

ACCOUNT, NAME, COUNTRY, ASKED = "Account Number", "Account Name", "Country", "Question Number"
NAMED: Final = "Identify the climate hazards most significantly impacting the selected areas"
_NEEDED: Final = (ACCOUNT, NAME, COUNTRY, ASKED, NAMED)
_NOTHING: Final = frozenset({"", "Question not applicable"})
_NAMES_IN_REPORT: Final = 10

ACCOUNTS: Final = Table(
    "accounts",
    (
        Column("account_number", "text", "CDP's number of the account"),
        Column("account_name", "text", "the name of the account"),
        Column("country", "text", "the country's ISO 3166 code of three letters"),
        Column("city_id", "text", "the city: its GeoNames id, or cdp- and the account number"),
        Column("status", "text", "what we made of the name", choices=("found", "candidates", "not_sure")),
        Column("why", "text", "why, in English"),
    ),
    key=("account_number",),
)
"""One row an account: which city we take it for, and why."""

HAZARDS: Final = Table(
    "hazards",
    (
        Column("city_id", "text", "the city's identifier"),
        Column("hazard_id", "text", "the hazard's HIPs identifier"),
        Column("edition", "text", "the edition of the profiles"),
        Column("weight", "number", "1: the table says which hazards matter most, not how much", low=0),
        Column("source", "text", "where the city said so"),
    ),
    key=("city_id", "hazard_id"),
)
"""One row a city and hazard."""


@dataclass(frozen=True)
class CdpImport:
    """What a CDP table says.

    Parameters
    ----------
    cities
        One row a city, with the columns of the store's table ``city``. A city that we cannot place has the id
        ``cdp-<account>``, its name as in the file, and neither position nor population.
    hazards
        As declared in `HAZARDS`.
    accounts
        As declared in `ACCOUNTS`.
    report
        What was read, and what was left out and why.
    """

    cities: pd.DataFrame
    hazards: pd.DataFrame
    accounts: pd.DataFrame
    report: tuple[Text, ...]


@dataclass
class _Account:
    number: str
    name: str
    country: cities.Country
    labels: set[str] = field(default_factory=set)


def read_cdp(file: Path) -> CdpImport:
    """Read a CDP Cities 2021 table (question 2.3a) as CSV.

    Rows of one account are one city. A name that means no city of the gazetteer for certain stays a city of its own.

    Raises
    ------
    InputError
        With all that is wrong: not UTF-8, another layout, an account without name or known country, over the limits.
    """
    rows = _rows(file)
    asked = [(number, row) for number, row in rows if row[ASKED] == QUESTION]
    if not asked:
        raise InputError.at(file.name, f"no row answers question {QUESTION}",
                            f"Export the table of question {QUESTION} of CDP Cities 2021.")
    accounts = _accounts(asked)
    answers = _answers(accounts)
    ids = {number: _city_id(number, answer) for number, answer in answers.items()}
    known = hazards.crosswalk("cdp")
    named = [{"city_id": ids[a.number], "hazard_id": hazard, "edition": hazards.EDITION, "weight": 1.0,
              "source": SOURCE} for a in accounts for hazard in _hazards(a, known)]
    return CdpImport(
        cities=pd.DataFrame([_city(a, answers[a.number]) for a in accounts]).astype({"population": "Int64"}),
        hazards=HAZARDS.of(named),
        accounts=ACCOUNTS.of(
            {"account_number": a.number, "account_name": a.name, "country": a.country.iso3, "city_id": ids[a.number],
             "status": answers[a.number].status, "why": str(answers[a.number].why)} for a in accounts),
        report=tuple(_report(accounts, answers, read=len(asked), other=len(rows) - len(asked))),
    )


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the rows with their numbers in a spreadsheet, every needed column in each."""
    heads, rows = read_csv(file, MOST_ROWS, ragged=True)
    _check_layout(file.name, heads)
    return [(number, {name: row[name].strip() for name in _NEEDED}) for number, row in enumerate(rows, 2)]


def _check_layout(place: str, columns: list[str]) -> None:
    findings = Findings()
    for name in _NEEDED:
        if name not in columns:
            findings.add(place, f"the column {name!r} is missing",
                         f"Export question {QUESTION} of CDP Cities 2021 with its own column names.")
    findings.raise_if_any()


def _accounts(rows: list[tuple[int, dict[str, str]]]) -> list[_Account]:
    """Return the accounts in the order of the file, with every label that any of their rows has."""
    findings, found = Findings(), dict[str, _Account]()
    for place, row in ((f"row {number}", row) for number, row in rows):
        number, country = row[ACCOUNT], cities.find_country(row[COUNTRY])
        if not number.isascii() or not number.isdigit():
            findings.add(f"{place}, {ACCOUNT}", f"{number!r} is not a number", "Give the number of the account.")
        if not row[NAME]:
            findings.add(f"{place}, {NAME}", "the cell is empty", "Give the name of the account.")
        if country is None:
            findings.add(f"{place}, {COUNTRY}", f"we know no country called {row[COUNTRY]!r}", "Give its usual name.")
            continue
        account = found.setdefault(number, _Account(number, row[NAME], country))
        if (account.name, account.country) != (row[NAME], country):
            findings.add(place, f"account {number} is {account.name!r} in another row", "Give it one name and country.")
        account.labels |= {label.strip() for label in row[NAMED].split(";")} - _NOTHING
    findings.raise_if_any()
    return list(found.values())


def _answers(accounts: list[_Account]) -> dict[str, cities.Answer]:
    """Return what we make of each account's name; of two accounts that seem to be one city, neither is placed."""
    answers = {a.number: cities.find(a.name, a.country.iso3) for a in accounts}
    times = Counter(answer.city for answer in answers.values() if answer.city)
    twice = text("Another account seems to be the same city.")
    return {number: answer if answer.city is None or times[answer.city] == 1
            else cities.Answer("candidates", None, (answer.city,), twice) for number, answer in answers.items()}


def _city_id(number: str, answer: cities.Answer) -> str:
    return answer.city.city_id if answer.city else f"cdp-{number}"


def _city(account: _Account, answer: cities.Answer) -> dict[str, object]:
    city, country, city_id = answer.city, account.country, _city_id(account.number, answer)
    return {
        "city_id": city_id,
        "slug": city.slug if city else city_id,
        "name": city.name if city else account.name,
        "country": country.iso3,
        "population": city.population if city else None,
        "lat": city.lat if city else None,
        "lon": city.lon if city else None,
        "region": country.region,
        "income_group": country.income_group,
        "timezone": city.timezone if city else None,
        "facts": {"cdp_account": {"value": account.number, "source": SOURCE},
                  "cdp_name": {"value": account.name, "source": SOURCE}},
        "source": SOURCE,
    }


def _hazards(account: _Account, known: hazards.Crosswalk) -> list[str]:
    return sorted({hazard for label in account.labels for hazard in known.get(label, ())})


def _report(accounts: list[_Account], answers: dict[str, cities.Answer], *, read: int, other: int) -> Iterator[Text]:
    yield text("{rows} rows of {cities} cities were read.", rows=read, cities=len(accounts))
    if other:
        yield count("{n} row answers another question and was left out.",
                    "{n} rows answer another question and were left out.", other)
    unplaced = [a.name for a in accounts if answers[a.number].city is None]
    if unplaced:
        yield count("{n} name is not a city of our list for certain and keeps its own: {names}.",
                    "{n} names are not cities of our list for certain and keep their own, among them {names}.",
                    len(unplaced), names=unplaced[:_NAMES_IN_REPORT])
    silent = sum(not a.labels for a in accounts)
    if silent:
        yield count("{n} city names no hazard.", "{n} cities name no hazard.", silent)
    known = hazards.crosswalk("cdp")
    times = Counter(label for a in accounts for label in a.labels if not known.get(label))
    for label, n in sorted(times.items()):
        why = text("the profiles have no such hazard") if label in known else text("we do not know this label")
        yield count("{label} was left out for {n} city: {why}.", "{label} was left out for {n} cities: {why}.", n,
                    label=label, why=why)
