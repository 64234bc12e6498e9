"""Colours and fonts stand in the theme; the editor serves the theme's and repeats none."""

import re

from tests.architecture.source import ROOT

THEME, EDITOR = ROOT / "theme" / "css", ROOT / "editor" / "static" / "css"
TOKEN = re.compile(r"^\s*(--[a-z-]+):\s*(.+?);$", re.MULTILINE)
MEASURES = {"--wrap", "--gap", "--block", "--petal-corner"}
"""What a desk sets closer than a page for readers."""


def test_no_token_of_the_theme_is_set_again_but_measures() -> None:
    theme = dict(TOKEN.findall((THEME / "00-tokens.css").read_text()))
    again = dict(TOKEN.findall((EDITOR / "tokens.css").read_text()))

    assert "--flame" in theme
    assert set(theme) & set(again) == MEASURES
    assert not {name for name in MEASURES if theme[name] == again[name]}


def test_tokens_are_set_in_one_file_of_each_and_fonts_in_one_file_of_all() -> None:
    sheets = [*THEME.glob("*.css"), *EDITOR.glob("*.css")]

    fonts = {path.name for path in sheets if "@font-face" in path.read_text()}
    roots = {path.name for path in EDITOR.glob("*.css") if TOKEN.search(path.read_text())}
    assert (fonts, roots) == ({"01-fonts.css"}, {"tokens.css"})


def test_no_rule_of_the_editor_names_a_token_that_nobody_sets() -> None:
    known = set(dict(TOKEN.findall((THEME / "00-tokens.css").read_text())))
    known |= set(dict(TOKEN.findall((EDITOR / "tokens.css").read_text())))
    used = {n for p in EDITOR.glob("*.css") for n in re.findall(r"var\((--[a-z-]+)", p.read_text())}

    assert used <= known
