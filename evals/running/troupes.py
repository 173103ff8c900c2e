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

from .cassettes import Recording, RecordingModel, ReplayedModel, recorded_models
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
    simulator: str | None = None,
    named: Callable[[str], Model] | None = None,
) -> Troupe:
    """A language model, whose answers are kept in ``record`` if that is given.

    ``named`` gives the models that word what simulated customers say: ``simulator``, or else what a case says under ``simulator``; without
    it the phrase banks do.
    """
    recording = Recording(record, secrets=secrets) if record is not None else None
    if recording is not None:
        recording.begin(model.name, simulator)

    def kept(asked: Model, case: LoadedCase, trial: int) -> Model:
        return asked if recording is None else RecordingModel(asked, recording, case, trial)

    def simulator_of(case: LoadedCase, trial: int) -> Model | None:
        name = simulator_named(case, simulator)
        return None if named is None or name is None else kept(named(name), case, trial)

    options = ("--live", *(("--simulator", simulator) if simulator else ()), *(("--agent", agent) if agent else ()))
    return Troupe(
        stage=Stage(),
        model_of=lambda case, trial: kept(model, case, trial),
        simulator_of=simulator_of,
        make=maker_named(agent),
        prices=prices,
        language_model=True,
        options=options,
    )


def simulator_named(case: LoadedCase, given: str | None) -> str | None:
    """The model that words what a case's customer says: the one the command names, else the one the case names."""
    return given or (case.case.simulator.model if case.case.simulator else None)


def replaying_troupe(folder: Path, agent: str | None = None) -> Troupe:
    """What was recorded; ``Troupe.recording`` knows afterwards what was missed and what nobody asked for."""
    (name, simulator), recording = recorded_models(folder), Recording(folder)

    def model_of(case: LoadedCase, trial: int) -> Model:
        return ReplayedModel(name, recording, case, trial)

    def simulator_of(case: LoadedCase, trial: int) -> Model | None:
        said = simulator_named(case, simulator)
        return None if said is None else ReplayedModel(said, recording, case, trial)

    options = ("--replay", str(folder), *(("--agent", agent) if agent else ()))
    return Troupe(
        stage=Stage(),
        model_of=model_of,
        simulator_of=simulator_of,
        make=maker_named(agent),
        replayed=True,
        language_model=True,
        options=options,
        recording=recording,
    )
