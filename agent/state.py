"""What a conversation carries from one turn to the next, beside its messages."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field

from warmline.tools.access import Access
from warmline.tools.model import Customer

REMEMBERED_QUESTIONS = 12


class Pending(BaseModel):
    """A write the customer was asked about: a yes means exactly these arguments, and only once."""

    tool: str
    arguments: str = Field(description="canonical JSON")
    question: str
    asked_at: AwareDatetime
    asked_in: str = Field(default="", description="the message this question answered; names the confirmation")


class ConversationState(BaseModel):
    """The memory of a conversation. ``served`` counts answered contacts by what they were about."""

    proven: dict[str, str] = {}
    failed_attempts: int = 0
    pending: Pending | None = None
    topic: str | None = None
    asked: bool = False
    served: dict[str, int] = {}
    questions: list[str] = []
    settled: list[str] = []
    writes: int = 0

    def access(self, customer: Customer | None) -> Access:
        """What this conversation may see, for a turn."""
        return Access(customer=customer, proven=dict(self.proven), failed=self.failed_attempts)

    def remember(self, access: Access) -> None:
        """Keep what a turn proved and how often it failed to."""
        self.proven = dict(access.proven)
        self.failed_attempts = access.failed

    def repeats(self, text: str) -> int:
        """How often this very question was asked before in this conversation."""
        return self.questions.count(question_key(text))

    def ask_again(self, text: str) -> None:
        """Note a question of the customer's, for ``repeats``."""
        self.questions = [*self.questions, question_key(text)][-REMEMBERED_QUESTIONS:]

    def propose(self, tool: str, arguments: str, question: str, *, at: datetime, message_id: str) -> None:
        """Note what the customer is asked to say yes to."""
        self.pending = Pending(tool=tool, arguments=arguments, question=question, asked_at=at, asked_in=message_id)
        self.asked = True


def question_key(text: str) -> str:
    """A message without case, punctuation and spacing, so that the same question is the same key."""
    return " ".join("".join(char if char.isalnum() else " " for char in text.casefold()).split())
