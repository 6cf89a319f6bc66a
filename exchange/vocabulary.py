"""The field's terms: every list that a person chooses from, with its words.

Identifiers are stored, words are shown. Sources: the peer-review literature (phases, sides, impact scale),
knowledge-exchange practice (modalities, outcomes) and the scorecard (states, scenarios).
"""

from __future__ import annotations

from typing import Final

from exchange.words import Text, text

Terms = dict[str, Text]

ANSWERED, UNKNOWN, NOT_APPLICABLE, BLANK = "answered", "unknown", "not_applicable", "blank"

STATES: Final[Terms] = {
    ANSWERED: text("answered"),
    UNKNOWN: text("do not know"),
    NOT_APPLICABLE: text("not applicable"),
    BLANK: text("not answered yet"),
}
"""The four states of an answer. Nothing is preselected: every item starts blank, and blank is never a zero."""

CONFIDENCE: Final[Terms] = {"low": text("low"), "medium": text("medium"), "high": text("high")}

SCENARIOS: Final[Terms] = {
    "most_probable": text("most probable scenario"),
    "most_severe": text("most severe scenario"),
}

SENSITIVITY: Final[Terms] = {
    "public": text("public"),
    "partner_only": text("partner cities only"),
    "restricted": text("restricted"),
}

STAKEHOLDER_GROUPS: Final[Terms] = {
    "policy_maker": text("policy makers"),
    "practitioner": text("practitioners"),
    "emergency_service": text("emergency services"),
    "utility_operator": text("utility operators"),
    "private_sector": text("private sector"),
    "ngo_cso": text("NGOs and civil society"),
    "citizen_community": text("citizens and communities"),
    "academia_research": text("universities and research"),
    "national_regional_government": text("national and regional government"),
    "media": text("media"),
    "insurer": text("insurers"),
}

MODALITIES: Final[Terms] = {
    "conference": text("conference"),
    "expert_visit": text("expert visit"),
    "knowledge_fair": text("knowledge fair"),
    "study_tour": text("study tour"),
    "workshop": text("workshop"),
    "webinar": text("webinar"),
    "challenge": text("challenge"),
    "knowledge_jam": text("knowledge jam"),
    "dialogue": text("dialogue"),
    "community_of_practice": text("community of practice"),
    "twinning": text("twinning"),
    "secondment": text("secondment"),
    "peer_review": text("peer review"),
    "peer_assist": text("peer assist"),
    "mentoring": text("mentoring"),
    "joint_project": text("joint project"),
    "table_top_exercise": text("table-top exercise"),
    "drill_observation": text("observing a drill"),
    "after_action_review": text("after-action review"),
}

PAIR_TYPES: Final[Terms] = {
    "mentoring": text("mentoring"),
    "peer_to_peer": text("peer to peer"),
    "cluster": text("cluster of cities"),
}

LEARNING_LEVELS: Final[Terms] = {
    "discovery": text("discovering what others learnt"),
    "joint_creation": text("creating together"),
    "meta_learning": text("learning how we learn"),
}

LEARNING_PHASES: Final[Terms] = {
    "exploration": text("explored"),
    "acquisition": text("acquired"),
    "utilisation": text("used"),
    "internalisation": text("part of how we work"),
}
"""How far a lesson has come in a city that took it up, in order."""

SIDES: Final[Terms] = {"learner": text("learner"), "host": text("host")}
"""Who learns and who teaches in a pair. A peer review calls the reviewed city its host city; we name sides by
what they do in the exchange, so that one word means one thing on every screen."""

PHASES: Final[Terms] = {"plan": text("plan"), "do": text("visit and work"), "after": text("follow up")}

EVALUATION_STAGES: Final[Terms] = {
    "prepare": text("before"),
    "assess": text("during"),
    "reflect_short": text("weeks to months after"),
    "reflect_long": text("a year after"),
}

IMPACT_CATEGORIES: Final[Terms] = {
    "strategy_vision_leadership": text("strategy, vision and leadership"),
    "intelligence": text("knowledge of risk"),
    "management_systems_processes_planning": text("management, processes and planning"),
    "coordination_communication": text("coordination and communication"),
    "delivery_operations": text("delivery and operations"),
}

HORIZONS: Final[Terms] = {"short": text("short term"), "medium": text("medium term"), "long": text("long term")}

COST_BANDS: Final[Terms] = {
    "0-100k": text("under 100,000 USD"),
    "100k-500k": text("100,000 to 500,000 USD"),
    "500k-1M": text("500,000 to 1 million USD"),
    "1M-10M": text("1 to 10 million USD"),
    ">10M": text("over 10 million USD"),
}

INCOME_GROUPS: Final[Terms] = {
    "low": text("low income"),
    "lower_middle": text("lower middle income"),
    "upper_middle": text("upper middle income"),
    "high": text("high income"),
}

PROMISES: Final[Terms] = {
    "faster_transfer": text("faster transfer of knowledge"),
    "joint_creation": text("joint creation of new knowledge"),
    "local_networks": text("stronger local networks"),
    "collective_memory": text("collective memory"),
    "pooled_resources": text("pooled resources"),
    "capacity_to_learn": text("more capacity to learn"),
}
"""What city-to-city learning promises, and what the evaluation asks after."""

POPULATION_BANDS: Final[Terms] = {
    "<100k": text("under 100,000 people"),
    "100k-500k": text("100,000 to 500,000 people"),
    "500k-1M": text("500,000 to 1 million people"),
    "1M-5M": text("1 to 5 million people"),
    ">5M": text("over 5 million people"),
}
"""How large a city is, in order."""

STAFF_BANDS: Final[Terms] = {
    "0-2": text("up to two people"),
    "3-10": text("three to ten people"),
    "11-50": text("11 to 50 people"),
    ">50": text("more than 50 people"),
}
"""How many people a lesson took, counted as full time, in order."""

MANDATES: Final[Terms] = {
    "own": text("the city decides alone"),
    "shared": text("the city decides with others"),
    "others": text("others decide"),
}
"""Who had to decide. The first asks the most of a city's own powers."""

GOVERNMENTS: Final[Terms] = {
    "elected_mayor": text("elected mayor with executive powers"),
    "council_manager": text("council with a professional manager"),
    "council": text("council or committees"),
    "appointed": text("head appointed from above"),
    "metropolitan": text("metropolitan government above districts"),
}

TRANSFER_PARTS: Final[Terms] = {
    "hazard": text("Hazard"),
    "scale": text("Size of the city"),
    "mandate": text("Mandate"),
    "budget": text("Budget"),
    "staff": text("Staff"),
    "governance": text("Form of government"),
}
"""What decides whether a lesson travels, beside its own preconditions."""

JUDGEMENTS: Final[Terms] = {
    "fits": text("fits"),
    "adapt": text("adapt"),
    "blocks": text("blocks"),
    "unknown": text("not known"),
}
"""What one part of a lesson's context means for a city that wants to use it."""
