"""Our own help desks keep the contract."""

from contextlib import AbstractAsyncContextManager

from support.helpdesk_worlds import a_helpdesk_world

from warmline.testing.helpdesk_contract import HelpDeskContract, HelpDeskWorld


class TestZendesk(HelpDeskContract):
    def world(self) -> AbstractAsyncContextManager[HelpDeskWorld]:
        return a_helpdesk_world("zendesk")


class TestGorgias(HelpDeskContract):
    def world(self) -> AbstractAsyncContextManager[HelpDeskWorld]:
        return a_helpdesk_world("gorgias")
