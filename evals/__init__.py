"""Suites of conversations, and what plays, grades, gates and reports them.

``suite_files`` reads what is written, ``worlds`` builds what a case is played in, ``conversations`` plays it, ``grading`` checks it, ``running``
makes trials and a log of it, ``gating`` says what the log comes to (with ``stats``), ``reports`` shows it, ``trust`` asks whether the suites can
fail at all. ``results`` is what a log holds, line by line; ``suites`` are Warmline's own.
"""
