"""``warmline eval calibrate``: from a run's conversations to labels, from labels to the file a judge needs before it may gate."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from warmline.cli import main

SUITE = """\
suite: s
schema: 1
cases:
  - {id: a, say: Hello there., expect: {route: {to: bot}, judge: [{id: kind, asks: The agent is kind, gate: GATE, calibration: kind.json}]}}
"""


class Judge(BaseHTTPRequestHandler):
    """An OpenAI-compatible server whose model finds every reply kind that says so, and gives no usable answer about silence."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        document = json.loads(asked["messages"][-1]["content"])
        agent = document["conversation"][-1]["agent"]
        answers = [{"id": one["id"], "holds": "kind" in agent, "why": "so"} for one in document["questions"]]
        said = json.dumps({"answers": answers if agent else []})
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        body = json.dumps(
            {"id": "x", "object": "chat.completion", "created": 0, "model": "tiny", "choices": [choice], "usage": usage}
        ).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name it has in http.server)
        """Nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    serving = ThreadingHTTPServer(("127.0.0.1", 0), Judge)
    thread = Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{serving.server_address[1]}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("WARMLINE_MODEL", "tiny")
    yield
    serving.shutdown()
    thread.join()
    serving.server_close()


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.eval.yaml").write_text(SUITE.replace("GATE", "false"), "utf-8")


def labels(*lines: tuple[str, bool]) -> str:
    told = [
        {"label": label, "conversation": [{"customer": "Hi"}, {"agent": agent, "served_by": "bot"}]} for agent, label in lines
    ]
    Path("l.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in told), "utf-8")
    return "l.jsonl"


@pytest.mark.usefixtures("server")
def test_a_judge_that_is_right_may_gate_from_then_on(capsys: pytest.CaptureFixture[str]) -> None:
    Path("s.eval.yaml").write_text(SUITE.replace("GATE", "true"), "utf-8")
    assert main(["eval", "lint", "s.eval.yaml"]) == 4
    assert "the judge 'kind' may not gate: 'kind.json' cannot be read" in capsys.readouterr().err
    file = labels(*[("a kind word", True)] * 24, ("short", True), *[("go away", False)] * 25)
    assert main(["eval", "calibrate", "s.eval.yaml", "--judge", "kind", "--labels", file]) == 0
    said = capsys.readouterr().out
    assert "people say it holds" in said
    assert "agrees with 24 of 25 (80 to 99 %)" in said
    assert "agrees with 25 of 25 (87 to 100 %)" in said
    assert "Cohen's kappa 0.96" in said
    assert "kind.json: may gate, as tiny" in said
    assert main(["eval", "lint", "s.eval.yaml"]) == 0


@pytest.mark.usefixtures("server")
def test_a_judge_that_is_often_wrong_is_1_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    file = labels(*[("a kind word", True)] * 20, *[("kind of rude", False)] * 5, *[("go away", False)] * 15)
    assert main(["eval", "calibrate", "s.eval.yaml", "--judge", "kind", "--labels", file, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["holds"], said["holds_not"], said["may_gate"]) == ([20, 20], [15, 20], False)
    assert said["doubt"] == "of 20 labels that are false it got 75% right; 90% are needed"


@pytest.mark.usefixtures("server")
def test_answers_that_cannot_be_used_are_no_agreement(capsys: pytest.CaptureFixture[str]) -> None:
    file = labels(*[("a kind word", True)] * 20, *[("go away", False)] * 20, *[("", False)] * 3)
    assert main(["eval", "calibrate", "s.eval.yaml", "--judge", "kind", "--labels", file, "--output", "other.json"]) == 1
    said = capsys.readouterr().out
    assert "3 conversations were not judged" in said
    assert "other.json: may not gate: 3 of 43 conversations got no usable answer" in said


def test_the_conversations_of_a_run_are_given_to_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "run", "s.eval.yaml", "--trials", "1", "--output", "log.jsonl"]) == 0
    capsys.readouterr()
    assert main(["eval", "calibrate", "s.eval.yaml", "--judge", "kind", "--from", "log.jsonl"]) == 0
    [line] = map(json.loads, capsys.readouterr().out.splitlines())
    assert (line["id"], line["label"]) == ("a/1", None)
    assert line["conversation"][0] == {"customer": "Hello there."}
    Path("l.jsonl").write_text(json.dumps(line), "utf-8")
    assert main(["eval", "calibrate", "s.eval.yaml", "--judge", "kind", "--labels", "l.jsonl"]) == 4
    assert "line 1: label: Input should be a valid boolean; a person writes true or false there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--judge", "mean", "--labels", "l.jsonl"], "no judge of the suite is called 'mean'; there is kind"),
        (["--judge", "kind"], "give --labels"),
        (["--judge", "kind", "--labels", "none.jsonl"], "'none.jsonl' cannot be read"),
    ],
)
def test_what_cannot_be_calibrated_is_4(options: list[str], problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "calibrate", "s.eval.yaml", *options]) == 4
    assert problem in capsys.readouterr().err


def test_without_a_language_model_nothing_is_judged(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert main(["eval", "calibrate", "s.eval.yaml", "--judge", "kind", "--labels", labels(("kind", True))]) == 4
    assert "a judge is a language model" in capsys.readouterr().err
