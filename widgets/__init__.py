"""What people touch: one thing per file, a model and a view."""

from widgets.opening import follow, lesson_form, lesson_search, peer_list, questionnaire, register, show

__all__ = ["follow", "lesson_form", "lesson_search", "peer_list", "questionnaire", "register", "show"]
