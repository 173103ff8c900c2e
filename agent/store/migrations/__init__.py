"""How the tables came to be: one file in ``versions/`` for each revision, run by ``warmline.agent.store.migrating``.

A revision has ``revision``, ``down_revision`` and two functions, ``upgrade(op)`` and ``downgrade(op)``, that are given what
may be done (``warmline.agent.store.operations``). A new one becomes the ``HEAD`` of ``warmline.agent.store.revision``.
"""
