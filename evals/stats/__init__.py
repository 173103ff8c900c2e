"""The statistics behind a verdict, each with its source; standard library only.

``rates`` is about one case or one slice, ``means`` about a suite and two versions of it, ``exact`` about few trials and many cases at once,
``power`` about what a suite could have noticed, ``judged`` about rates that a judge measured, ``between``
about two periods or groups of different people, ``student`` holds the distribution.
"""
