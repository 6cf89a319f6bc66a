"""Who learns from whom in a round of the demo network: gaps on one side, strengths on the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exchange import cities as gazetteer
from exchange.demo import truths
from exchange.demo.levels import ALWAYS, Levels
from exchange.demo.lot import Lot
from exchange.demo.places import HAZARDS
from exchange.exchanges.modules import MODULES, items

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from exchange.cities import City

PER_ROUND: Final = 40
FORMS: Final = tuple(truths.EFFECTS)
_FIRST_FORMS: Final = {"rotterdam": ("peer_review", "mentoring"), "quito": ("mentoring", "peer_review")}

PAIR_TYPES: Final = {"mentoring": "mentoring", "peer_review": "peer_to_peer", "study_tour": "peer_to_peer",
                     "conference": "cluster"}
LEARNING_LEVELS: Final = {"mentoring": "joint_creation", "peer_review": "joint_creation",
                          "study_tour": "discovery", "conference": "discovery"}


@dataclass(frozen=True)
class Pair:
    """A learner and a host, the form of their exchange, and what each of them aims at."""

    learner: str
    host: str
    form: str
    modules: tuple[str, ...]
    targets: tuple[str, ...]
    host_targets: tuple[str, ...]


def share_a_language(first: City, second: City) -> bool:
    """Return whether a language is spoken by enough people of both countries."""
    ours, theirs = gazetteer.languages(first.country), gazetteer.languages(second.country)
    least = truths.SHARED_LANGUAGE
    return any(share >= least and theirs.get(language, 0.0) >= least for language, share in ours.items())


def draw(seed: int, round_: int, cities: Mapping[str, City], levels: Mapping[str, Levels], *,
         capacity: Mapping[str, int], held: Collection[tuple[str, str]]) -> list[Pair]:
    """Return the pairs of a round.

    Parameters
    ----------
    cities, levels, capacity
        Slug -> city, its levels, and how many learners it offers to host.
    held
        Pairs of earlier rounds; nobody visits the same host twice.
    """
    lot = Lot(seed, "pairs", round_)
    eligible = [slug for slug, city in cities.items() if city.income_group != truths.LEFT_OUT]
    chosen = [slug for slug in ALWAYS if slug in eligible]
    others = lot.some([slug for slug in eligible if slug not in chosen], PER_ROUND - len(chosen))
    free = {slug: capacity[slug] for slug in eligible}
    forms = _forms(round_, [*chosen, *others], lot)
    wishes = {learner: _targets(levels[learner], lot, 7 if learner in ALWAYS else lot.whole(5, 7))
              for learner, _ in forms}
    pairs = []
    for learner, form in forms:
        modules, targets = wishes[learner]
        host = _host(learner, targets, levels, free, held)
        if host is not None:
            free[host] -= 1
            own = wishes[host][1] if host in wishes else ()
            pairs.append(Pair(learner, host, form, modules, targets, _lowest(levels[host], modules, own)))
    return pairs


def _forms(round_: int, learners: list[str], lot: Lot) -> list[tuple[str, str]]:
    """Deal the forms out by lot, each to as many learners as the others."""
    dealt = lot.some([FORMS[n % len(FORMS)] for n in range(len(learners))], len(learners))
    for slug, forms in _FIRST_FORMS.items():
        if slug in learners:
            here, there = learners.index(slug), dealt.index(forms[(round_ - 1) % len(forms)], 0)
            if there not in {learners.index(s) for s in _FIRST_FORMS if s in learners} - {here}:
                dealt[here], dealt[there] = dealt[there], dealt[here]
    return list(zip(learners, dealt, strict=True))


def _targets(levels: Levels, lot: Lot, most: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return three or four modules in which the city is low, and the questions in them that it aims at."""
    def mean(module: str) -> float:
        return sum(levels[item] for item in items(module)) / len(items(module)) + float(lot.rng.normal(0, 0.25))

    wide = [module for module in MODULES if len(items(module)) > 1]
    low = sorted(wide, key=mean)[:lot.whole(3, 4)]
    modules = tuple(module for module in MODULES if module in low)
    candidates = [item for module in modules for item in items(module) if levels[item] <= 1]
    return modules, tuple(lot.some(candidates, most))


def _lowest(levels: Levels, modules: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...]:
    """Return two low questions of a host, other than those that it learns about elsewhere in this round."""
    inside = [item for module in modules for item in items(module) if levels[item] <= 2 and item not in own]
    return tuple(sorted(inside, key=lambda item: (levels[item], item))[:2])


def _host(learner: str, targets: tuple[str, ...], levels: Mapping[str, Levels], free: Mapping[str, int],
          held: Collection[tuple[str, str]]) -> str | None:
    """Return the free city that is strongest where the learner is weak, with hazards in common."""
    def strength(host: str) -> float:
        gain = sum(max(0, levels[host][item] - levels[learner][item]) for item in targets) / max(1, len(targets))
        common = len(set(HAZARDS[host]) & set(HAZARDS[learner]))
        return gain + 0.3 * common

    options = [host for host, room in free.items()
               if room > 0 and host != learner and (learner, host) not in held]
    return max(options, key=lambda host: (strength(host), host), default=None)
