"""What people touch: one thing per file, a model and a view."""

from widgets.opening import (
    accept_weights,
    close_exchange,
    follow,
    lesson_search,
    peer_list,
    questionnaire,
    register,
    show,
)

__all__ = [
    "accept_weights",
    "close_exchange",
    "follow",
    "lesson_search",
    "peer_list",
    "questionnaire",
    "register",
    "show",
]
