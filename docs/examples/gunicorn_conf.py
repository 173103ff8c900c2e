"""gunicorn's hooks for ``flask_app``: each worker closes its agent, so that turns end, or are given back to another worker."""

from typing import Any

graceful_timeout = 30


def worker_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's
    """Let what runs finish within 20 seconds."""
    from flask_app import agent

    agent.sync(agent.close, grace=20)
