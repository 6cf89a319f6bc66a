"""The terms that only an exchange uses: its states, roles, milestones and kinds of learning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from exchange.words import text

if TYPE_CHECKING:
    from exchange.vocabulary import Terms

STATUSES: Final[Terms] = {
    "proposed": text("proposed"),
    "agreed": text("agreed"),
    "active": text("under way"),
    "paused": text("paused"),
    "closed": text("closed"),
    "cancelled": text("cancelled"),
}
"""States of an exchange. It counts as an exchange from `agreed` on: both cities said yes."""

AGREED: Final = frozenset({"agreed", "active", "paused", "closed"})
"""States in which both cities have said yes."""

ROLES: Final[Terms] = {
    "lead": text("lead"),
    "coordinator": text("coordinator"),
    "political_lead": text("political lead"),
    "chair": text("chair of the team"),
    "expert": text("expert"),
    "interviewee": text("interviewee"),
    "interpreter": text("interpreter"),
    "stand_in": text("stand-in"),
    "evaluator": text("evaluator"),
}

YES_NO: Final[Terms] = {"yes": text("yes"), "no": text("no")}

MANDATE: Final[Terms] = {**YES_NO, "unknown": text("do not know")}

ACTION_STATUSES: Final[Terms] = {
    "agreed": text("agreed"),
    "started": text("started"),
    "adopted": text("adopted"),
    "dropped": text("dropped"),
}

ORPHAN: Final = "orphan"
"""The budget line of an action that has none. An orphan is shown as one."""

LOOPS: Final[Terms] = {
    "single": text("we do the same thing better"),
    "double": text("we change what we aim for"),
    "triple": text("we change how we learn and decide"),
}
"""Learning loops: single, double and triple."""

OUTCOMES: Final[Terms] = {
    "new_knowledge": text("new knowledge"),
    "enhanced_skills": text("better skills"),
    "improved_consensus": text("more agreement"),
    "enhanced_connectivity": text("stronger connections"),
    "new_improved_actions": text("new or better actions"),
}
"""The five intermediate outcomes of knowledge exchange."""

DIRECTIONS: Final[Terms] = {
    "+": text("for the better"),
    "0": text("nothing changed"),
    "-": text("for the worse"),
}

SUBSTANTIATION: Final[Terms] = {
    "open": text("not asked yet"),
    "confirmed": text("confirmed"),
    "doubted": text("doubted"),
}

COST_STAGES: Final[Terms] = {"planned": text("planned"), "spent": text("spent")}

COST_KINDS: Final[Terms] = {
    "travel": text("travel and stay"),
    "words": text("interpreting and translation"),
    "event": text("rooms and meals"),
    "fees": text("fees of experts"),
    "other": text("other"),
}

PAID_BY: Final[Terms] = {
    "learner": text("the learner"),
    "host": text("the host"),
    "both": text("both cities"),
    "other": text("somebody else"),
}

MILESTONES: Final[Terms] = {
    "funding_secured": text("funding is secured"),
    "agreement_signed": text("the agreement on funding and rights is signed"),
    "commitment_given": text("the stakeholders have committed themselves"),
    "team_agreed": text("the team is agreed"),
    "pack_sent": text("the evidence pack is sent"),
    "pack_read": text("the evidence pack is read"),
    "agenda_agreed": text("the agenda is agreed"),
    "report_drafted": text("the report is drafted"),
    "report_agreed": text("the report is agreed"),
    "report_adopted": text("the report is signed and adopted"),
    "community_informed": text("the wider community is informed"),
    "plan_considered": text("the strategy or action plan is looked at again"),
    "own_learning_kept": text("the host has written down its own learning"),
    "follow_up_90": text("the follow-up after 90 days is done"),
    "follow_up_180": text("the follow-up after 180 days is done"),
    "follow_up_365": text("the follow-up after a year is done"),
    "pause": text("a pause begins"),
    "resume": text("the work goes on"),
}
"""What both cities tick off with a date. The gates of the path look for them."""
