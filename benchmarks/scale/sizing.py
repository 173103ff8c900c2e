"""What so many conversations an hour need, by arithmetic. ``simulation`` checks it."""

from dataclasses import dataclass
from math import ceil

from .constants import Assumed, Constants

DAYS = 30
"""Of a month."""
SPARE = 2
"""The fewest processes: one may stop."""
POOL = 15
"""Connections of one process to PostgreSQL at most: SQLAlchemy's own pool of 5, and 10 more."""


@dataclass(frozen=True, kw_only=True)
class Needs:
    """At the busiest hour. ``pooled`` connections suffice behind a pooler in transaction mode; without one it may come to ``direct``.

    ``memory_gb`` is of the agents' processes. ``forgotten_a_night`` are the turns that retention deletes once the oldest are as old as
    what is kept: as many as a day brings.
    """

    conversations: int
    turns_per_s: float
    turns_at_once: float
    processes: int
    agent_cores: float
    database_cores: float
    direct: int
    pooled: int
    transactions_per_s: float
    wal_mb_per_s: float
    stored_gb_a_month: float
    kept_gb: float
    memory_gb: float
    forgotten_a_night: float


def needs(conversations: int, constants: Constants, assumed: Assumed | None = None) -> Needs:
    """For so many conversations in the busiest hour.

    Processes follow from CPU (each has one core, busy to ``used``) or from how many turns one runs at once (``Capacity``), whichever
    asks for more. Turns at once and connections are Little's law: a rate times how long each stays.
    """
    given = assumed or Assumed()
    turns_per_s = conversations * given.turns / 3600
    turn_s = given.calls * given.call_s + constants.agent_s + constants.connection_s
    at_once = turns_per_s * turn_s
    agent_cores = turns_per_s * constants.agent_s / given.used
    processes = max(SPARE, ceil(agent_cores), ceil(at_once / (given.at_once * given.used)))
    a_day = conversations * given.mean * 24 * given.turns
    a_month = a_day * DAYS * constants.stored_bytes / 1e9
    return Needs(
        conversations=conversations,
        turns_per_s=turns_per_s,
        turns_at_once=at_once,
        processes=processes,
        agent_cores=agent_cores,
        database_cores=turns_per_s * constants.database_s / given.used,
        direct=processes * POOL,
        pooled=max(SPARE, ceil(turns_per_s * constants.connection_s / given.used)),
        transactions_per_s=turns_per_s * constants.transactions,
        wal_mb_per_s=turns_per_s * constants.wal_bytes / 1e6,
        stored_gb_a_month=a_month,
        kept_gb=a_month * given.months,
        memory_gb=processes * constants.process_mb / 1e3,
        forgotten_a_night=a_day,
    )
