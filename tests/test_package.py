"""What is shipped: a wheel of plain files that lives beside a backend with its own agent/ and tools/."""

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
JOBS = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "evals-reports.md").read_text("utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    left_out = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "tests", "docs")
    source = shutil.copytree(ROOT, folder / "source", symlinks=True, ignore=left_out)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_every_source_file_as_a_plain_file(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    folders = {"agent": "*.*", "tools": "*.*", "evals": "*.*", "prompts": "*.*", "fixtures": "*.*"}
    expected = {
        f"warmline/{file.relative_to(ROOT).as_posix()}"
        for folder, pattern in folders.items()
        for file in (ROOT / folder).rglob(pattern)
        if "__pycache__" not in file.parts
    }
    code = {name for name in names if name.startswith(tuple(f"warmline/{folder}/" for folder in folders))}
    assert code == expected
    assert {"warmline/py.typed", "warmline/agent/guard/default_policy.yaml", "warmline/agent/guard/weights.npz"} <= names
    assert all(name.startswith(("warmline/", "warmline-")) for name in names)


def test_it_imports_beside_a_backend_with_its_own_agent_and_tools(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "v", system_site_packages=False)
    for package in ("agent", "tools"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(f"whose = 'the backend: {package}'\n")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = (
        "import sys; sys.path.insert(1, 'site')\n"
        "import agent, tools, warmline\n"
        "from warmline import SupportAgent\n"
        "import warmline.tools.toolbox\n"
        "print(agent.whose, '|', tools.whose, '|', SupportAgent.__module__, '|', warmline.__file__)\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", "import sys; sys.path.insert(0, '.')\n" + script], cwd=tmp_path,
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.startswith("the backend: agent | the backend: tools | warmline.agent.agent | ")
    assert "site" in done.stdout


def test_a_hosts_repository_is_played_by_the_wheel_with_the_jobs_the_manual_shows(wheel: Path, tmp_path: Path) -> None:
    host = shutil.copytree(ROOT / "docs" / "examples" / "host", tmp_path / "host")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    command = tmp_path / "bin" / "warmline"
    command.parent.mkdir()
    path = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})"
    command.write_text(f"#!{sys.executable}\n{path}\nfrom warmline.cli import main\nsys.exit(main())\n")
    command.chmod(0o755)
    environ = {**os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": "summary.md"}
    github, gitlab = (yaml.safe_load(block) for block in JOBS)

    def ran(line: str) -> int:
        return subprocess.run(line, shell=True, cwd=host, env=environ, capture_output=True, check=False, timeout=120).returncode  # noqa: S602

    play, report = (step["run"] for step in github["jobs"]["evals"]["steps"][2:])
    job = gitlab["evals"]
    assert job["script"] == [github["jobs"]["evals"]["steps"][1]["run"], play]
    assert ran(play) == 0
    assert ran("warmline eval bless results.jsonl") == 0
    assert [ran(line) for line in (report, *job["after_script"])] == [0, 0]
    assert "<!-- warmline-eval -->" in (host / "summary.md").read_text("utf-8")
    assert all((host / name).is_file() for name in (*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]))
    policy = host / "evals" / "policy.yaml"
    policy.write_text(policy.read_text("utf-8").replace('["return_start", "exchange_start"]', '["exchange_start"]'), "utf-8")
    assert ran(play) == 1
    assert all(len(block.splitlines()) <= 11 for block in JOBS)


def test_the_agent_the_manual_shows_is_the_one_that_is_played() -> None:
    example = (ROOT / "docs" / "examples" / "host" / "my_shop" / "evals.py").read_text("utf-8")
    (shown,) = re.findall(r"```python\n# my_shop/evals.py\n(.*?)```", (ROOT / "docs" / "evals.md").read_text("utf-8"), re.DOTALL)
    assert shown in example
