"""How the tables came to be: one file in ``versions/`` for each revision, run by ``warmline.agent.store.migrating``.

A revision has ``revision``, ``down_revision`` and two functions, ``upgrade(op)`` and ``downgrade(op)``, that are given Alembic's
operations; there is no ``env.py``, and no global state. A new one becomes the ``HEAD`` of ``warmline.agent.store.revision``.
"""
