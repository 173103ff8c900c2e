"""What the fakes of vendors have in common: credentials, faults that come before an answer or instead of one, a limit, a record of what was asked."""

from collections.abc import Callable

import httpx2

from warmline.tools.clock import FrozenClock

Fault = httpx2.Response | Exception | Callable[[httpx2.Request], httpx2.Response | None]


class FakeService:
    """Give it to ``MockTransport``. ``faults`` are what the next requests meet; ``after`` what the next writes meet once they are made.

    ``limit`` is how many requests are answered before one is turned away.
    """

    root = ""
    authorization = ""

    def __init__(self, clock: FrozenClock) -> None:
        self.clock = clock
        self.faults: list[Fault | None] = []
        self.after: list[Fault | None] = []
        self.asked: list[str] = []
        self.limit: int | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(f"{request.method} {request.url.path.removeprefix(self.root)}")
        if (fault := self._meet(self.faults, request)) is not None:
            return fault
        if self.limit is not None and len(self.asked) > self.limit:
            self.limit = None
            return self.busy()
        if request.headers.get("authorization") != self.authorization:
            return self.unknown()
        answer = self.answer(request)
        changed = request.method != "GET" and answer.status_code < 300
        return (self._meet(self.after, request) if changed else None) or answer

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """What the vendor says to a request whose sender it knows."""
        raise NotImplementedError

    def unknown(self) -> httpx2.Response:
        """What it says to a stranger."""
        raise NotImplementedError

    def busy(self) -> httpx2.Response:
        """What it says to who asks too often."""
        return httpx2.Response(429, headers={"Retry-After": "3"}, text="too many requests")

    def _meet(self, faults: list[Fault | None], request: httpx2.Request) -> httpx2.Response | None:
        fault = faults.pop(0) if faults else None
        if isinstance(fault, Exception):
            raise fault
        return fault(request) if fault is not None and not isinstance(fault, httpx2.Response) else fault
