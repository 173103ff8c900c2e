"""What every ``HelpDesk`` must keep, ours and yours, as tests to run over it.

    from warmline.testing.helpdesk_contract import HelpDeskContract, HelpDeskWorld

    class TestMyDesk(HelpDeskContract):
        @asynccontextmanager
        async def world(self) -> AsyncGenerator[HelpDeskWorld]:
            async with MyDesk(...) as desk:
                yield HelpDeskWorld(helpdesk=desk, colleague=MyColleague(...), pause=...)

pytest then runs one test for each promise, in a world made for it. Without pytest, ``run_helpdesk_contract`` does the same.
"""

from .contract import CHECKS, HelpDeskContract, run_helpdesk_contract
from .world import Colleague, HelpDeskWorld, Seen, Trouble

__all__ = ["CHECKS", "Colleague", "HelpDeskContract", "HelpDeskWorld", "Seen", "Trouble", "run_helpdesk_contract"]
