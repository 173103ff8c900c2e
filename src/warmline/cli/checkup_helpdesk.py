"""The examination behind ``warmline doctor --helpdesk``: is the shop's own desk reached, and may we do there what we need."""

from pathlib import Path

from warmline.errors import WarmlineError
from warmline.settings import Settings
from warmline.tools.capabilities import Finding
from warmline.tools.clock import SystemClock


async def examine_helpdesk(*, home: Path | None) -> list[Finding]:
    """What the help desk finds about itself; a warning where none is chosen. Nothing is written there."""
    from warmline.tools.helpdesks.chosen import HELPDESKS, open_chosen_helpdesk

    try:
        settings = Settings.from_env(home=home)
        async with open_chosen_helpdesk(settings.variables, SystemClock()) as helpdesk:
            if helpdesk is None:
                remedy = f"Set WARMLINE_HELPDESK ({', '.join(HELPDESKS)}) if people are to work there: docs/helpdesks.md."
                return [Finding(name="helpdesk", status="warning", found="none is chosen: people work here", remedy=remedy)]
            return [*await helpdesk.examine()]
    except WarmlineError as error:
        return [Finding(name="helpdesk", status="problem", found=str(error))]
