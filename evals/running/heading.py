"""The header of a run: what is run, with what, and from which state of the repository."""

import subprocess
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from warmline.evals.grading.calibrating import asked_of, read_tried
from warmline.evals.results import CaseInfo, JudgeInfo, Mode, RunHeader, SuiteInfo
from warmline.evals.suite_files.loading import LoadedCase, LoadedSuite


def header_of(
    suites: Sequence[LoadedSuite],
    cases: Sequence[LoadedCase],
    *,
    mode: Mode,
    model: str,
    agent: str,
    policy: str,
    warmline: str,
    command: Sequence[str],
    simulator: str = "",
    again: Sequence[str] = (),
) -> RunHeader:
    """The header of a run of these cases that begins now."""
    used = {case.suite for case in cases}
    return RunHeader(
        run_id=uuid.uuid4().hex[:12],
        started_at=datetime.now(UTC),
        warmline=warmline,
        mode=mode,
        model=model,
        simulator=simulator,
        deterministic=mode == "embedded",
        policy=policy,
        agent=agent,
        command=tuple(command),
        again=tuple(again),
        commit=commit_of(Path(suites[0].file).parent),
        suites=tuple(suite_of(one) for one in suites if one.name in used),
        cases=tuple(map(info_of, cases)),
    )


def suite_of(loaded: LoadedSuite) -> SuiteInfo:
    """A suite as reports need it."""
    return SuiteInfo(
        name=loaded.name,
        file=loaded.file,
        digest=loaded.digest,
        cases=len(loaded.cases),
        gates=loaded.gates,
        judges=tuple({judge.asks: judge for case in loaded.cases for judge in _judges(case)}.values()),
    )


def _judges(loaded: LoadedCase) -> Iterator[JudgeInfo]:
    """Those of a case that were tried on labels with the words they are asked now."""
    for judge in (loaded.case.expect.judge if loaded.case.expect else None) or ():
        if judge.calibration is None or not (loaded.folder / judge.calibration).is_file():
            continue
        found = read_tried(loaded.folder / judge.calibration)
        if found.judge == judge.id and found.asked == asked_of(judge, loaded.folder):
            asks = judge.asks or judge.rubric or ""
            yield JudgeInfo(id=judge.id, asks=asks, model=found.model, holds=found.holds, holds_not=found.holds_not)


def info_of(loaded: LoadedCase) -> CaseInfo:
    """A case as reports need it."""
    case = loaded.case
    quarantine = f"until {case.quarantine.until}: {case.quarantine.reason}" if case.quarantine else ""
    return CaseInfo(
        case_id=loaded.id,
        base_id=loaded.base_id,
        suite=loaded.suite,
        why=case.why,
        tags=case.tags,
        severity=case.severity,
        tier=case.tier,
        quarantine=quarantine,
        cluster=case.cluster,
        values=case.values,
        trials=case.plan.n,
        extend_to=case.plan.most,
        min_pass_rate=case.pass_rate,
        place=loaded.place,
    )


def commit_of(folder: Path) -> str:
    """The commit of the repository a folder lies in, with ``+changes`` if files of it are not committed; empty without one."""
    head = _git(folder, "rev-parse", "--short=12", "HEAD")
    if not head:
        return ""
    return f"{head}+changes" if _git(folder, "status", "--porcelain", "--untracked-files=no") else head


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603, S607
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
