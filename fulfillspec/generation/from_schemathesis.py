"""Drawing data from schemathesis: the only module that knows that library, and hypothesis below it.

One seed gives one set of data: nothing is stored, and nothing depends on what other modules the process has loaded.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fulfillspec.acting.session import Unobservable

MOST_BYTES = 4000
"""Bytes of what is drawn at most, as JSON."""

_TRIES = 3
_CONFIG = {
    "generation": {
        "allow-x00": False,
        "allow-extra-parameters": False,
        "with-security-parameters": False,
    }
}


class NotGenerated(Unobservable):
    """The library makes no data for an operation; the message says for which and why."""


@dataclass(frozen=True, slots=True)
class Library:
    """The library as it is used here: itself, and the configuration that its schemas are loaded with."""

    schemathesis: Any
    config: Any

    def mode(self, *, negative: bool) -> Any:
        """Return the mode of generation: what a schema allows, or what it forbids."""
        modes = self.schemathesis.GenerationMode
        return modes.NEGATIVE if negative else modes.POSITIVE


def drawn(
    name: str,
    strategy: Callable[[Library], Any],
    take: Callable[[Any], Any],
    *,
    count: int,
    seed: int,
) -> list[Any]:
    """Return what is taken of generated cases, as JSON has it: at most `count`, none of them twice.

    `strategy` makes the library's strategy. Raise `NotGenerated` where that fails, naming what it was for (`name`).
    """
    import schemathesis  # noqa: PLC0415 - half a second, paid only where requests are generated
    from hypothesis import HealthCheck, Phase, given, settings  # noqa: PLC0415
    from hypothesis import seed as seeded  # noqa: PLC0415

    found: list[Any] = []
    with _alone():
        config = schemathesis.Config.from_dict(_CONFIG)  # not the one that may lie where the caller stands
        # else a million characters are tried one by one; what is no UTF-8 is left out by us
        config.projects.default.generation.codec = None
        try:

            @seeded(seed)
            @settings(
                max_examples=count * _TRIES,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(strategy(Library(schemathesis, config)))
            def collect(case: Any) -> None:
                made = take(case)
                if _is_sound(made) and made not in found:
                    found.append(made)

            collect()
        except Exception as error:
            raise NotGenerated(f"{name}: {type(error).__name__}: {error}") from error
    # the first is the simplest there is: it is kept only where there are no others
    return (found[1 : count + 1] + found[:1])[:count]


def _is_sound(value: object) -> bool:
    """Tell whether a value can be sent as JSON and is not too big."""
    try:
        return len(json.dumps(value, allow_nan=False, ensure_ascii=False).encode()) <= MOST_BYTES
    except (TypeError, ValueError):
        return False


@contextmanager
def _alone() -> Iterator[None]:
    """Let hypothesis write nothing to where the caller stands, know no literals of the modules around it, and be quick.

    It tries every character once to learn which ones UTF-8 has, two seconds and more, and stores that where it may write.
    """
    from hypothesis import configuration  # noqa: PLC0415
    from hypothesis.internal import charmap  # noqa: PLC0415
    from hypothesis.internal.conjecture import providers  # noqa: PLC0415
    from hypothesis.internal.intervalsets import IntervalSet  # noqa: PLC0415

    nothing = type(providers.GLOBAL_CONSTANTS)()
    utf8 = (IntervalSet(((0, 0xD7FF), (0xE000, 0x10FFFF))), IntervalSet(()))
    tried = charmap.intervals_from_codec
    as_known = tried.__annotations__["return"] == tuple[IntervalSet, IntervalSet]
    patches: list[tuple[Any, str, Any]] = [(providers, "_get_local_constants", lambda: nothing)]
    if as_known:
        patches.append((charmap, "intervals_from_codec", lambda name: utf8 if name == "utf-8" else tried(name)))
    kept = [(module, name, getattr(module, name)) for module, name, _ in patches]
    home = configuration.storage_directory().path
    with tempfile.TemporaryDirectory() as folder:
        configuration.set_hypothesis_home_dir(folder)
        for module, name, ours in patches:
            setattr(module, name, ours)
        providers.CONSTANTS_CACHE.cache.clear()
        try:
            yield
        finally:
            for module, name, theirs in kept:
                setattr(module, name, theirs)
            configuration.set_hypothesis_home_dir(home)
            providers.CONSTANTS_CACHE.cache.clear()
