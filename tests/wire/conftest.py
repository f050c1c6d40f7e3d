from collections.abc import Callable, Iterator
from typing import Any

import pytest
from wired import SMALL, TOKEN, Time

from fulfillspec.evidence.log import Evidence
from fulfillspec.evidence.redaction import Redactor
from fulfillspec.wire.http import Http
from fulfillspec.wire.throttle import Throttle


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def evidence(tmp_path: Any) -> Iterator[Evidence]:
    log = Evidence(
        tmp_path / "evidence.ndjson",
        Redactor([TOKEN]),
        meta={"base_url": ""},
        token_env={"merchant": "FULFILLSPEC_MERCHANT_TOKEN"},
    )
    yield log
    log.close()


@pytest.fixture
def connect(evidence: Evidence, time: Time) -> Iterator[Callable[..., Http]]:
    """Make clients with short limits and a clock of their own for pacing."""
    made: list[Http] = []

    def connected(url: str, **options: Any) -> Http:
        options = {"actor": "merchant", "token": TOKEN, "limits": SMALL, **options}
        options.setdefault("throttle", Throttle(clock=time, sleep=time.sleep))
        http = Http(url, evidence=evidence, **options)
        made.append(http)
        return http

    yield connected
    for http in made:
        http.close()
