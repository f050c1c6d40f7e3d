"""What the status of an exchange says: carried out, the client's error, or the server's."""

import pytest

from fulfillspec.evidence.exchange import Exchange


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (None, set()),
        (199, set()),
        (200, {"ok"}),
        (299, {"ok"}),
        (300, set()),
        (399, set()),
        (400, {"client_error"}),
        (499, {"client_error"}),
        (500, {"server_error"}),
        (503, {"server_error"}),
    ],
)
def test_status_says_whose_error_it_is(status: int | None, says: set[str]) -> None:
    seen = Exchange(1, "", "", "merchant", "rest", "close", "act", "POST", "/", status=status)
    assert {name for name in ("ok", "client_error", "server_error") if getattr(seen, name)} == says
