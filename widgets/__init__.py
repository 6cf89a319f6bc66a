"""What people touch: one thing per file, a model and a view."""

from widgets.live import live
from widgets.opening import follow, lesson_search, peer_list, questionnaire, register, show

__all__ = ["follow", "lesson_search", "live", "peer_list", "questionnaire", "register", "show"]
