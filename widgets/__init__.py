"""What people touch: one thing per file, a model and a view."""

from widgets.opening import follow, lesson_search, peer_list, profile_confirm, questionnaire, register, show

__all__ = ["follow", "lesson_search", "peer_list", "profile_confirm", "questionnaire", "register", "show"]
