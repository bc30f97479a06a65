"""Which of our modules a computation depends on, and their hash: work done by other code is not taken up again."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = ("seeds", "models", "projection", "scenarios")


def _file(module: str, root: Path) -> Path | None:
    path = root.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


def _imported(file: Path) -> set[str]:
    """Modules of ours that a file names in an import, at the top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # ``from seeds import pack`` may name a module or something inside one.
            found |= {node.module} | {f"{node.module}.{a.name}" for a in node.names}
    return {m for m in found if m.partition(".")[0] in OURS}


def modules_behind(module: str, root: Path = ROOT) -> dict[str, Path]:
    """A module and all of ours that it imports, directly or not, with their files; by name."""
    out: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        file = _file(name, root)
        if name in out or file is None:
            continue
        out[name] = file
        waiting += [*_imported(file), *([name.rpartition(".")[0]] if "." in name else [])]
    return dict(sorted(out.items()))


def digest(module: str, root: Path = ROOT) -> str:
    """Hash of the source of a module and of everything of ours behind it."""
    h = hashlib.sha256()
    for name, file in modules_behind(module, root).items():
        h.update(name.encode() + b"\0" + file.read_bytes())
    return h.hexdigest()
