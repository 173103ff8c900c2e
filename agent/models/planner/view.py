"""What a plan may look at besides its goal."""

from dataclasses import dataclass

from .memory import Memory
from .thread import Host


@dataclass(frozen=True)
class View:
    """Who writes, what the conversation has shown up to this moment, and which tools are offered."""

    host: Host
    memory: Memory
    tools: frozenset[str]

    @property
    def guest(self) -> bool:
        """Whether nobody is signed in."""
        return self.host.name is None

    def offers(self, tool: str) -> bool:
        """Whether the shop has what this tool needs."""
        return not self.tools or tool in self.tools

    def address(self) -> str:
        """An e-mail address the customer has proved an order with; empty if there is none."""
        return next(reversed(self.memory.proven.values()), "")
