"""Writes the tables of docs/refusals.md: every reason for which a picture or a recording is not taken, as coded.

.venv/bin/python scripts/refusals.py > docs/refusals.md
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "generation"
KINDS = {"PortraitRefused": "Pictures", "RecordingRefused": "Recordings"}
COLUMNS = "| code | what is said | what to do |\n|---|---|---|"
HEAD = """# What is refused, and in which words

Nothing that cannot become a good video is worked on: the check comes first, says what is wrong and what to do, and
what was uploaded already stays. `--json` gives the code; a shell sees exit status 2. Numbers in the words are those
of the file. The tables are written by `python scripts/refusals.py`, and a test compares them with the code.
"""


def page() -> str:
    """The whole page."""
    found = [row for file in sorted(SOURCE.rglob("*.py")) for row in _refusals(ast.parse(file.read_text()))]
    parts = [HEAD]
    for kind, title in KINDS.items():
        rows = sorted({f"| `{code}` | {message} | {hint} |" for name, code, message, hint in found if name == kind})
        parts.append(
            "\n".join([f"\n## {title}", "| code | what is said | what to do |", "|---|---|---|", *rows, ""])
        )
    return "".join(parts)


def _refusals(tree: ast.Module) -> Iterator[tuple[str, str, str, str]]:
    """Kind, code, message and hint of every refusal in a file."""
    constants: dict[str, object] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)):
                constants[name] = value
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = [base.id for base in node.bases if isinstance(base, ast.Name) and base.id in KINDS]
            for call in (inner for inner in ast.walk(node) if bases and _is_init(inner)):
                yield (bases[0], *_words(call, constants))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
            yield (node.func.id, *_words(node, constants))


def _is_init(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"


def _words(call: ast.Call, constants: dict[str, object]) -> tuple[str, str, str]:
    code, message, hint = (_text(argument, constants) for argument in [*call.args, ast.Constant("")][:3])
    return code, message, hint


def _text(node: ast.expr, constants: dict[str, object]) -> str:
    """A string as written, with … where a number comes in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, constants) for part in node.values)
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
        return str(constants.get(node.value.id, "…"))
    return "…"


if __name__ == "__main__":
    print(page(), end="")
