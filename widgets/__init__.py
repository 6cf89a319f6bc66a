"""What people touch: one thing per file, a model and a view."""

from widgets.live import live
from widgets.opening import (
    accept_weights,
    close_exchange,
    follow,
    lesson_form,
    lesson_search,
    match_board,
    peer_list,
    profile_confirm,
    questionnaire,
    register,
    show,
    suggestions,
)
from widgets.room_desk import room_desk

__all__ = [
    "accept_weights",
    "close_exchange",
    "follow",
    "lesson_form",
    "lesson_search",
    "live",
    "match_board",
    "peer_list",
    "profile_confirm",
    "questionnaire",
    "register",
    "room_desk",
    "show",
    "suggestions",
]
