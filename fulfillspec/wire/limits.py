"""What a target may cost us at most, and the names of the troubles an exchange can have."""

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """The kinds of error of an exchange: its `error` begins with one of these, then a colon and what was seen."""

    NO_NAME = "name not found"
    NOT_CONNECTED = "not connected"
    TLS = "no trusted TLS"
    TIMED_OUT = "timed out"
    CLOSED = "closed without an answer"
    CUT_OFF = "cut off"
    NOT_HTTP = "not HTTP"
    HEADERS_TOO_LONG = "headers too long"
    TOO_LONG = "body too long"
    UNKNOWN_CODING = "unknown content coding"
    BROKEN_CODING = "broken content coding"
    TOO_DEEP = "nested too deeply"
    NOT_UTF8 = "not UTF-8"
    NOT_JSON = "not JSON"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one exchange: seconds for the times, bytes for the sizes."""

    connect: float = 5.0
    """Until a connection stands, for each address of the host."""
    gap: float = 15.0
    """Between two arrivals of bytes."""
    whole: float = 30.0
    """From the first byte sent to the last received, however steadily an answer drips."""
    headers: int = 256 * 1024
    body: int = 8 * 1024 * 1024
    """Of a body after decompression; what is received is bound by it too."""
    depth: int = 64
    """Of objects and arrays within each other."""
    redirects: int = 3
    second_try: float = 0.5
    """Between an answer that is a fault of the server and the second try of what changes nothing."""
    attempts: int = 6
    """Of a request that the target throttles."""
    retry_after: float = 60.0
    """The longest wait for one `Retry-After`."""
