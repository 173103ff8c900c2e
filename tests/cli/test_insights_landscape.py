"""``warmline insights landscape`` as whoever types it sees it."""

import json
from pathlib import Path
from typing import Any

import pytest
from support.shell import Shell
from support.tickets import HEAD, an_export

from warmline.evals.insights import charts
from warmline.evals.insights.landscape import demo, running
from warmline.evals.insights.landscape.workfile import WorkFile


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return an_export(tmp_path / "export.csv", orders=35, extra=("my {order} is for ${you}, I want a human",))


def test_it_ends_in_a_page_figures_a_policy_and_a_suite(shell: Shell, export: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = shell("insights", "landscape", str(export), "--out", str(out), "--zone", "Europe/Berlin", "--jobs", "1")
    assert ran.code == 0
    assert "order status" in ran.out
    assert "text            Description" in ran.err
    assert "UTF" not in ran.out
    names = {"landscape.html", "landscape.json", "policy.yaml", "routing.eval.yaml"}
    assert {path.name for path in out.iterdir()} == names
    for name in names:
        assert f"wrote {out / name}" in ran.out
    assert shell("policy", "check", str(out / "policy.yaml")).code == 0
    assert shell("eval", "lint", str(out / "routing.eval.yaml")).code == 0


def test_a_policy_or_a_suite_that_somebody_corrected_is_never_written_over(shell: Shell, export: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("insights", "landscape", str(export), "--out", str(out), "--jobs", "1")
    assert shell(*words).code == 0
    corrected = {name: (out / name).read_text("utf-8") + "# read by Ana\n" for name in ("policy.yaml", "routing.eval.yaml")}
    for name, text in corrected.items():
        (out / name).write_text(text, "utf-8")
    ran = shell(*words)
    assert {name: (out / name).read_text("utf-8") for name in corrected} == corrected
    assert f"{out / 'policy.yaml'} was there and is left as it is; this one is policy-2.yaml" in ran.err
    assert f"wrote {out / 'routing-2.eval.yaml'}" in ran.out
    assert shell("policy", "check", str(out / "policy-2.yaml")).code == 0
    again = shell(*words, "--json")
    assert "this one is routing-2.eval.yaml" in again.err
    assert not (out / "policy-3.yaml").exists()


def test_the_demo_has_a_folder_of_its_own(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shell("insights", "landscape", "--demo", "--columns").code == 0
    assert (Path("landscape-demo").is_dir(), Path("landscape").exists()) == (True, False)


def test_json_is_all_that_is_printed(shell: Shell, export: Path, tmp_path: Path) -> None:
    ran = shell(
        "insights", "landscape", str(export), "--out", str(tmp_path / "out"), "--jobs", "1", "--cost-per-hour", "30", "--json"
    )
    figures = json.loads(ran.out)
    assert (figures["tickets"], figures["bad_rows"], figures["demo"]) == (36, 0, False)
    assert figures["topics"][0]["recommendation"] == "automate"
    assert len(figures["topics"][0]["cost_a_month"]) == 2
    assert ran.err == ""


def test_bad_records_are_said_and_listed_in_a_file(shell: Shell, export: Path, tmp_path: Path) -> None:
    with export.open("a", encoding="utf-8") as stream:
        stream.writelines(f"{number},x\n" for number in range(300))
    ran = shell("insights", "landscape", str(export), "--out", str(tmp_path / "out"), "--jobs", "1")
    assert "300 records could not be read" in ran.err
    assert "export.csv, line 38: 2 cells where the head has 7" in ran.err
    listed = (tmp_path / "out" / "bad-rows.csv").read_text("utf-8").splitlines()
    assert (len(listed), listed[-1]) == (301, "export.csv,337,2 cells where the head has 7")


def test_ctrl_c_keeps_what_was_read_and_says_so(
    shell: Shell, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("insights", "landscape", str(export), "--out", str(tmp_path / "out"), "--jobs", "1")
    kept = WorkFile.add

    def stop(*parts: Any) -> None:
        kept(*parts)
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "BATCH", 10)
    with monkeypatch.context() as pressed:
        pressed.setattr(WorkFile, "add", stop)
        ran = shell(*words)
    assert ran.code == 130
    assert "the same command goes on from there" in ran.err
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".unfinished.sqlite3"]
    ran = shell(*words)
    assert "Going on after 10 records" in ran.err
    assert "36 tickets" in ran.out


def test_columns_are_shown_and_corrected(shell: Shell, tmp_path: Path) -> None:
    export = an_export(tmp_path / "export.csv", orders=3, head=("nr", "who", "what was said"))
    ran = shell("insights", "landscape", str(export), "--columns")
    assert ran.code == 2
    assert "--column text=NAME: nr, who, what was said" in ran.err
    ran = shell("insights", "landscape", str(export), "--columns", "--column", "text=what was said")
    assert ran.code == 0
    assert "text            what was said" in ran.out
    assert "not read: nr, who" in ran.out
    assert not Path("landscape").exists()


def test_without_the_extra_everything_but_the_charts_comes_and_it_is_said_how_to_get_them(
    shell: Shell, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "available", lambda: False)
    ran = shell("insights", "landscape", str(export), "--out", str(tmp_path / "out"), "--jobs", "1")
    assert ran.code == 0
    page = (tmp_path / "out" / "landscape.html").read_text("utf-8")
    assert "pip install &#x27;warmline[insights]&#x27;" in page
    assert "warmline[insights]" in ran.err
    assert "<svg" not in page
    assert "order status" in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--demo"),
        (["export.csv", "--demo"], "--demo brings its own tickets"),
        (["nowhere.csv"], "is no file"),
        (["{}", "--zone", "Mars"], "'Mars' is no time zone"),
        (["{}", "--dates", "ymd"], "expected dmy"),
        (["{}", "--column", "txt=Description"], "did you mean 'text'"),
    ],
)
def test_what_is_not_understood_is_one_line(shell: Shell, export: Path, words: list[str], said: str) -> None:
    ran = shell("insights", "landscape", *(word.format(export) for word in words))
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert said in ran.err


def test_a_file_without_a_word_of_a_customer_is_no_landscape(shell: Shell, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(f"{','.join(HEAD)}\n1,Ada,,2026-03-01,1,1,0\n", "utf-8")
    ran = shell("insights", "landscape", str(export), "--out", str(tmp_path / "out"), "--jobs", "1")
    assert ran.code == 2
    assert "export.csv, line 2: no words of a customer in it" in ran.err


def test_the_demo_is_marked_wherever_it_shows(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_TICKETS", 100)
    out = tmp_path / "out"
    ran = shell("insights", "landscape", "--demo", "--out", str(out), "--jobs", "1")
    assert ran.code == 0
    assert ran.out.startswith("Demonstration: these figures come from made-up data of the demo shop.")
    assert "<title>Demo: " in (out / "landscape.html").read_text("utf-8")
    assert json.loads((out / "landscape.json").read_text("utf-8"))["demo"] is True
    assert (out / "policy.yaml").read_text("utf-8").startswith("# DEMO: drawn from made-up tickets")
    assert "suite: landscape-demo" in (out / "routing.eval.yaml").read_text("utf-8")
    assert shell("policy", "check", str(out / "policy.yaml")).code == 0
