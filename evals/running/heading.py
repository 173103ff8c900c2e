"""The header of a run: what is run, with what, and from which state of the repository."""

import subprocess
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from warmline.evals.results import CaseInfo, Mode, RunHeader, SuiteInfo
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
) -> RunHeader:
    """The header of a run of these cases that begins now."""
    used = {case.suite for case in cases}
    return RunHeader(
        run_id=uuid.uuid4().hex[:12],
        started_at=datetime.now(UTC),
        warmline=warmline,
        mode=mode,
        model=model,
        deterministic=mode == "embedded",
        policy=policy,
        agent=agent,
        command=tuple(command),
        commit=commit_of(Path(suites[0].file).parent),
        suites=tuple(suite_of(one) for one in suites if one.name in used),
        cases=tuple(map(info_of, cases)),
    )


def suite_of(loaded: LoadedSuite) -> SuiteInfo:
    """A suite as reports need it."""
    return SuiteInfo(name=loaded.name, file=loaded.file, digest=loaded.digest, cases=len(loaded.cases), gates=loaded.gates)


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
