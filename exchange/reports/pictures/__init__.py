"""Every picture of the workbook: a finding as its title; the same live, executed and in documents.

Each function takes plain tables or records and returns a `Picture`; the records name their columns.
"""

from exchange.reports.pictures.agreement import WITHHELD, Opinion, disagreement
from exchange.reports.pictures.change import Change, before_after, funnel
from exchange.reports.pictures.drawing import NARROW, WIDE, Canvas
from exchange.reports.pictures.geography import land
from exchange.reports.pictures.network import City, Flow, network
from exchange.reports.pictures.path import Pause, Step, exchange_path
from exchange.reports.pictures.peersmap import Spot, peers_map
from exchange.reports.pictures.picture import Picture
from exchange.reports.pictures.priorities import Gap, gap_priority
from exchange.reports.pictures.profile import Essential, profile
from exchange.reports.pictures.rounds import Pair, Uncovered, round_links
from exchange.reports.pictures.timeline import Event, Lane, timeline
from exchange.reports.pictures.why import Criterion, Standing, rank_stability, why_peer

__all__ = [
    "NARROW",
    "WIDE",
    "WITHHELD",
    "Canvas",
    "Change",
    "City",
    "Criterion",
    "Essential",
    "Event",
    "Flow",
    "Gap",
    "Lane",
    "Opinion",
    "Pair",
    "Pause",
    "Picture",
    "Spot",
    "Standing",
    "Step",
    "Uncovered",
    "before_after",
    "disagreement",
    "exchange_path",
    "funnel",
    "gap_priority",
    "land",
    "network",
    "peers_map",
    "profile",
    "rank_stability",
    "round_links",
    "timeline",
    "why_peer",
]
