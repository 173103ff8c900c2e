"""A shop's Flask backend: customers write and read, people answer at the desk. Nothing here is async, and any number of threads may serve.

gunicorn --threads 8 --config gunicorn_conf.py flask_app:app
"""

import os
from uuid import uuid4

from flask import Flask, Response, abort, jsonify, request, session
from own_sql_shop import open_shop

from warmline import DeskError, ShuttingDown, StoreError, SupportAgent, UsageError

app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
agent = SupportAgent(shop=open_shop(), store=os.environ.get("WARMLINE_DATABASE_URL", "support.db"))


def customer() -> str | None:
    """Whom your own sign-in has found; ``None`` is a guest. Never a field of the request."""
    return session.get("customer_id")


def conversation() -> str:
    """Yours to choose; a guest's must not be guessed. One for each customer of a browser; the page reads before it writes, so that it has one."""
    return session.setdefault(f"conversation of {customer()}", uuid4().hex)


@app.post("/chat")
def write() -> Response:
    """A message, with an id made by the page: sent again, because no answer came, it gets the same answer."""
    sent = request.get_json()
    turn = agent.reply_sync(conversation(), sent.get("text"), sent.get("message_id"), customer=customer())
    return jsonify(kind=turn.kind, text=turn.text)  # an empty text is nothing to show


@app.get("/chat")
def read() -> Response:
    """What was said since message ``after``, people's replies among it: the page asks every few seconds while a person has the conversation."""
    said = agent.sync(agent.thread, conversation(), customer(), after=request.args.get("after", 0, int))
    return jsonify([{"id": one.id, "author": one.author, "text": one.text} for one in said])


def colleague() -> str:
    """Who of your people this is."""
    return session.get("staff") or abort(403)


@app.get("/desk")
def cases() -> Response:
    """The cases that are not done, first things first."""
    colleague()
    found = agent.sync(agent.sync(agent.desk).cases)
    return jsonify([{"case": one.id, "reason": one.reason, "summary": one.file.summary} for one in found])


@app.post("/desk/<case_id>")
def answer(case_id: str) -> Response:
    """A person takes a case and replies; the customer reads it at ``/chat``."""
    desk, who, text = agent.sync(agent.desk), colleague(), request.get_json()["text"]
    agent.sync(desk.claim, case_id, by=who)
    agent.sync(desk.reply, case_id, text, by=who)
    return jsonify(replied=True)


@app.errorhandler(UsageError)
def not_possible(error: Exception) -> tuple[Response, int]:
    """What was asked cannot be: another's conversation, a customer the shop does not know. As JSON, for the words quote what was sent."""
    return jsonify(error=str(error)), 400


@app.errorhandler(DeskError)
def not_any_more(error: Exception) -> tuple[Response, int]:
    """A move that is not possible: no such case, or somebody else has it."""
    return jsonify(error=str(error)), 409


@app.errorhandler(ShuttingDown)
@app.errorhandler(StoreError)
def not_now(_: Exception) -> tuple[Response, int, dict[str, str]]:
    """The message was not taken, or will be resumed: sent again with the same id it is answered once."""
    return jsonify(error="try again"), 503, {"Retry-After": "2"}
