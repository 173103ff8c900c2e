"""The hosts of docs/sync-hosts.md that are not async, as they are printed there: Flask, Django, gunicorn's hooks."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from support.own_sql_tables import EXAMPLES, filled

OURS = ("flask_app", "django_views", "gunicorn_conf", "own_sql_shop")


@pytest.fixture
def imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Import one of the examples, over tables of its own."""
    monkeypatch.setenv("MY_SHOP_DATABASE", str(filled(tmp_path / "shop.db")))
    monkeypatch.setenv("WARMLINE_DATABASE_URL", f"sqlite:///{tmp_path / 'support.db'}")
    monkeypatch.setenv("SECRET_KEY", "of the test")
    monkeypatch.syspath_prepend(EXAMPLES)  # pyright: ignore[reportUnknownMemberType]
    yield importlib.import_module
    for name in OURS:
        sys.modules.pop(name, None)


def test_flask_serves_customers_and_the_desk(imported: Callable[[str], ModuleType]) -> None:
    host = imported("flask_app")

    def browser(**session: str) -> Any:
        client = host.app.test_client()
        with client.session_transaction() as kept:
            kept.update(session)
        return client

    anke, bert, bea = browser(customer_id="7"), browser(customer_id="8"), browser(staff="bea")
    asked = anke.post("/chat", json={"text": "Where is my order B-1001?", "message_id": "m1"})
    assert asked.json["kind"] == "replied"
    assert "B-1001" in asked.json["text"]
    assert anke.post("/chat", json={"text": "Where is my order B-1001?", "message_id": "m1"}).json == asked.json
    not_berts = bert.post("/chat", json={"text": "Where is order B-1001?", "message_id": "m1"}).json
    assert not_berts["text"].startswith("I can't find B-1001 on your account.")

    assert anke.post("/chat", json={"text": "I want to speak to a person", "message_id": "m2"}).json["kind"] == "handed_off"
    assert anke.get("/desk").status_code == 403
    (case,) = bea.get("/desk").json
    assert bea.post(f"/desk/{case['case']}", json={"text": "Bea here."}).json == {"replied": True}
    said = anke.get("/chat").json
    assert [one["author"] for one in said] == ["customer", "agent", "customer", "notice", "person"]
    assert [one["text"] for one in anke.get(f"/chat?after={said[-2]['id']}").json] == ["Bea here."]

    with anke.session_transaction() as kept:
        mine = kept["conversation of 7"]
    with bert.session_transaction() as kept:
        kept["conversation of 8"] = mine
    assert bert.get("/chat").status_code == 400
    assert anke.get(f"/chat?after={'9' * 30}").status_code == 400
    assert anke.post("/chat", json={"message_id": "m4"}).status_code == 400
    refused = bea.post("/desk/%3Cimg%20src=x%3E", json={"text": "x"})
    assert (refused.status_code, refused.content_type) == (409, "application/json")
    assert bea.post(f"/desk/{case['case']}", data={"text": "x"}).status_code == 415
    assert browser(customer_id="nobody").post("/chat", json={"text": "hello", "message_id": "m1"}).status_code == 400

    imported("gunicorn_conf").worker_exit(None, None)
    closed = anke.post("/chat", json={"text": "hello?", "message_id": "m3"})
    assert (closed.status_code, closed.headers["Retry-After"]) == (503, "2")


def test_flask_serves_threads_at_once(imported: Callable[[str], ModuleType]) -> None:
    host = imported("flask_app")

    def customer(number: int) -> str:
        with host.app.test_client() as client:
            with client.session_transaction() as kept:
                kept["customer_id"] = "7"
            return client.post("/chat", json={"text": "Where is my order B-1001?", "message_id": f"m{number}"}).json["kind"]

    with host.agent, ThreadPoolExecutor(8) as pool:
        assert set(pool.map(customer, range(24))) == {"replied"}


def test_django_asks_the_shop_through_its_own_connections(imported: Callable[[str], ModuleType], tmp_path: Path) -> None:
    settings: Any = importlib.import_module("django.conf").settings
    requests: Any = importlib.import_module("django.test").RequestFactory()
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "shop.db"}},
        WARMLINE_DATABASE_URL=f"sqlite:///{tmp_path / 'support.db'}",
        ALLOWED_HOSTS=["testserver"],
    )
    importlib.import_module("django").setup()
    host = imported("django_views")

    def posted(who: int | None, text: str) -> dict[str, str]:
        request = requests.post("/chat", {"text": text, "message_id": "m1"}, content_type="application/json")
        request.user = SimpleNamespace(pk=who, is_authenticated=who is not None)
        request.session = {}
        return json.loads(host.write(request).content)

    with host.agent, ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(posted, 7, "Where is my order B-1001?") for _ in range(16)]
        answers = [one.result() for one in asked]
        guest = posted(None, "Where is my order B-1001?")
        nobody = posted(99, "hello")
    assert {one["kind"] for one in answers} == {"replied"}
    assert all("B-1001" in one["text"] for one in answers)
    assert guest["kind"] == "replied"
    assert "no customer '99'" in nobody["error"]
