"""A picture has two faces: one that can be pointed at, and one that stays when nobody is there."""

from __future__ import annotations

import pytest

from tests.small_pictures import EVERY
from widgets.faces import TwoFaces
from widgets.picture_view import PictureView

WIDGET = "application/vnd.jupyter.widget-view+json"


def bundle(thing):
    shown = thing._repr_mimebundle_()
    return shown[0] if isinstance(shown, tuple) else shown


def test_the_live_face_comes_with_the_printed_one(monkeypatch):
    monkeypatch.delenv("EXCHANGE_STATIC", raising=False)
    view = PictureView(EVERY["profile"])
    assert set(bundle(view)) == {WIDGET, "text/html", "text/plain"}
    assert bundle(view)["text/html"] == EVERY["profile"].printed()


def test_an_unattended_run_keeps_the_printed_face_only(monkeypatch):
    monkeypatch.setenv("EXCHANGE_STATIC", "1")
    assert set(bundle(PictureView(EVERY["profile"]))) == {"text/html", "text/plain"}


def test_the_sentence_is_the_finding_and_has_no_address(monkeypatch):
    for static in ("0", "1"):
        monkeypatch.setenv("EXCHANGE_STATIC", static)
        assert bundle(PictureView(EVERY["profile"]))["text/plain"] == EVERY["profile"].sentence()


@pytest.mark.parametrize("shown", [({"a": 1}, {"b": 2}), {"a": 1}, None])
def test_any_widget_library_can_have_two_faces(monkeypatch, shown):
    class Live:
        def _repr_mimebundle_(self, **_):
            return shown

    class Both(TwoFaces, Live):
        def static(self):
            return "<p>face</p>"

        def sentence(self):
            return "A face"

    monkeypatch.delenv("EXCHANGE_STATIC", raising=False)
    data, metadata = Both()._repr_mimebundle_()
    assert data == {**({"a": 1} if shown else {}), "text/html": "<p>face</p>", "text/plain": "A face"}
    assert metadata == ({"b": 2} if isinstance(shown, tuple) else {})


def test_an_update_shows_the_new_picture_in_its_language():
    view = PictureView(EVERY["profile"])
    view.update(EVERY["why_peer"].in_language("ar"))
    assert (view.language, view.dir) == ("ar", "rtl")
    assert view.html == EVERY["why_peer"].html("ar")
    assert view.sentence() == EVERY["why_peer"].sentence("ar")


def test_what_is_chosen_can_be_listened_to():
    view, heard = PictureView(EVERY["network"]), []
    view.observe(lambda change: heard.append(change["new"]), "chosen")
    view.set_trait("chosen", "Quito")
    assert heard == ["Quito"]
