"""What people touch: one thing per file, a model and a view."""

from widgets.live import live
from widgets.opening import follow, lesson_search, peer_list, questionnaire, register, show
from widgets.room_desk import room_desk

__all__ = ["follow", "lesson_search", "live", "peer_list", "questionnaire", "register", "room_desk", "show"]
