"""What a run is played with: the embedded model or a language model, the agent as it ships or a host's own."""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from warmline.agent.models.base import Model
from warmline.agent.models.embedded import EmbeddedModel
from warmline.errors import UsageError
from warmline.evals.conversations.playing import Prices
from warmline.evals.suite_files.loading import LoadedCase
from warmline.evals.worlds.stage import Stage
from warmline.evals.worlds.world import Maker, usual_agent

from .cassettes import Recording, RecordingModel, ReplayedModel, recorded_model
from .trial import Troupe


def embedded_troupe(agent: str | None = None) -> Troupe:
    """The embedded model: no key, no network, and the same again every time."""
    stage = Stage()

    def model_of(_case: LoadedCase, _trial: int) -> Model:
        return EmbeddedModel(classifier=stage.reader.guard.classifier)

    options = ("--agent", agent) if agent else ()
    return Troupe(stage=stage, model_of=model_of, make=maker_named(agent), options=options)


def maker_named(name: str | None) -> Maker:
    """The function that makes a host's agent, from ``my_shop.evals:make_agent``; ``UsageError`` says what is wrong with the name."""
    if name is None:
        return usual_agent
    module_name, colon, function = name.partition(":")
    if not colon or not function:
        raise UsageError(f"--agent {name!r}: expected MODULE:FUNCTION, such as my_shop.evals:make_agent")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)  # as `python -m` does: a host's package lies in the folder the command is given in
    try:
        made: Any = getattr(import_module(module_name), function)
    except ImportError as error:
        raise UsageError(f"--agent {name!r}: {module_name!r} cannot be imported: {error}") from error
    except AttributeError as error:
        raise UsageError(f"--agent {name!r}: {module_name!r} has no {function!r}") from error
    if not callable(made):
        raise UsageError(f"--agent {name!r}: expected a function of a world, got a {type(made).__name__}")
    return cast("Callable[..., Any]", made)


def live_troupe(
    model: Model,
    agent: str | None = None,
    *,
    prices: Prices | None = None,
    record: Path | None = None,
    secrets: tuple[str, ...] = (),
) -> Troupe:
    """A language model, whose answers are kept in ``record`` if that is given."""
    recording = Recording(record, secrets=secrets) if record is not None else None
    if recording is not None:
        recording.begin(model.name)

    def model_of(case: LoadedCase, trial: int) -> Model:
        return model if recording is None else RecordingModel(model, recording, case, trial)

    options = ("--live", *(("--agent", agent) if agent else ()))
    return Troupe(stage=Stage(), model_of=model_of, make=maker_named(agent), prices=prices, language_model=True, options=options)


def replaying_troupe(folder: Path, agent: str | None = None) -> Troupe:
    """What was recorded; ``Troupe.recording`` knows afterwards what was missed and what nobody asked for."""
    name, recording = recorded_model(folder), Recording(folder)

    def model_of(case: LoadedCase, trial: int) -> Model:
        return ReplayedModel(name, recording, case, trial)

    options = ("--replay", str(folder), *(("--agent", agent) if agent else ()))
    return Troupe(
        stage=Stage(),
        model_of=model_of,
        make=maker_named(agent),
        replayed=True,
        language_model=True,
        options=options,
        recording=recording,
    )
