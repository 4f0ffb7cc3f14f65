"""Languages in which a text can be spoken, by the names their speakers give them."""

from __future__ import annotations

from django.conf.locale import LANG_INFO

# Those of the engine's that Django names too; tests/webapp/test_scripts.py compares the lists.
_CODES = (
    "af ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr gl he hi hr hu hy id is it ja ka kk kn ko lb lt "
    "lv mk ml mn mr ms ne nl nn pa pl pt ro ru sk sl sq sr sv sw ta te tg th tk tr tt uk ur uz vi zh"
)
_MORE = {"no": "norsk", "pa": "ਪੰਜਾਬੀ", "zh": "中文", "sr": "српски"}
LANGUAGES: dict[str, str] = {
    code: _MORE.get(code) or str(LANG_INFO[code]["name_local"])
    for code in (*_CODES.split(), "no")
    if code in _MORE or "name_local" in LANG_INFO.get(code, {})
}


def choices() -> list[tuple[str, str]]:
    """For a form, in alphabetical order."""
    return sorted(
        ((code, name[:1].upper() + name[1:]) for code, name in LANGUAGES.items()), key=lambda item: item[1]
    )
