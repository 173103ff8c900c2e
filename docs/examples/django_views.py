"""Django's views for the same: the agent is made once, where the views are, and asks the shop through Django's own connections.

urlpatterns = [path("chat", django_views.write)]
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import close_old_connections, connection
from django.http import HttpRequest, JsonResponse
from own_sql_shop import OwnSqlShop

from warmline import SupportAgent, UsageError
from warmline.tools.plain_shop import as_async


class DjangoShop(OwnSqlShop):
    """The six questions, answered by Django's connection; your models do as well: what is no ``async def`` may block."""

    def __init__(self) -> None:
        super().__init__(path="")

    def rows(self, query: str, *values: str | int) -> list[dict[str, Any]]:
        with connection.cursor() as cursor:
            cursor.execute(query.replace("?", "%s"), values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def a_request() -> Generator[None]:
    """What Django does around a request, around a call of the shop: a connection that died or is too old is made anew."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


agent = SupportAgent(shop=as_async(DjangoShop(), around=a_request), store=settings.WARMLINE_DATABASE_URL)


def write(request: HttpRequest) -> JsonResponse:
    """A message of the customer who is signed in, or of a guest, whose conversation nobody can guess."""
    sent: dict[str, Any] = json.loads(request.body)
    who = str(request.user.pk) if request.user.is_authenticated else None  # pyright: ignore[reportAttributeAccessIssue, reportUnknownArgumentType, reportUnknownMemberType]
    conversation: str = request.session.setdefault(f"conversation of {who}", uuid4().hex)
    try:
        turn = agent.reply_sync(conversation, sent.get("text", ""), sent["message_id"], customer=who)
    except UsageError as error:
        return JsonResponse({"error": str(error)}, status=400)
    return JsonResponse({"kind": turn.kind, "text": turn.text})
