"""The store: everything that can be asked of the record, and everything that can be written to it.

Every method takes the `Viewer` first. Reading returns what that viewer may see; tables come as data frames, single
things and things with a body (lessons, entries) as dicts. Writing checks that the viewer may, and writes the rows and
their line of history in one transaction, or raises and changes nothing.
"""

from __future__ import annotations

from exchange.store.answers import Answers
from exchange.store.assessments import Assessments
from exchange.store.bulk import Loading
from exchange.store.consent import Consents
from exchange.store.decisions import Decisions
from exchange.store.digests import Digests
from exchange.store.erasure import Erasure
from exchange.store.exchanges import Exchanges
from exchange.store.instruments import Instruments
from exchange.store.lessons import Lessons
from exchange.store.people import People
from exchange.store.places import Places
from exchange.store.profiles import Profiles
from exchange.store.rooms import Rooms
from exchange.store.runs import Runs
from exchange.store.sharing import Sharing
from exchange.store.workshops import Workshops


class Store(Places, Assessments, Profiles, Answers, Instruments, Rooms, Workshops, Sharing, Exchanges, Decisions,
            Lessons, People, Consents, Erasure, Loading, Runs, Digests):
    """The record of networks, cities, answers, lessons and exchanges.

    Examples
    --------
    >>> with Store.open("sqlite:////tmp/exchange-example.db") as store:  # doctest: +SKIP
    ...     store.networks(Viewer.local())
    """
