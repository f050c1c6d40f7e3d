"""Traffic of an application is judged the same, whoever wrote it down, in whatever order; what shows no answer is counted."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import har_forms
import pytest
from application import Application, Sent
from har_forms import FORMS, Entry

from fulfillspec.sandbox.serve import Server
from fulfillspec.traffic import in_time
from fulfillspec.traffic import run as judging
from fulfillspec.traffic.judged import Traffic

BROKEN = {"FO-CLOSE-STATE", "FO-INV-QUANTITY"}


def recorded(*mutants: str) -> list[Sent]:
    with Server(mutants=mutants) as server:
        application = Application(server.url, server.tokens)
        application.work()
        return application.sent


@pytest.fixture(scope="module")
def plain() -> list[Sent]:
    return recorded()


@pytest.fixture(scope="module")
def defective() -> list[Sent]:
    """What an application meets whose store completes an order where it is to be closed."""
    return recorded("close-completes")


def judged(folder: Path, *files: list[Entry]) -> tuple[set[str], Traffic]:
    """Judge files with these entries; return what is broken."""
    folder.mkdir(exist_ok=True)
    named = [har_forms.write(folder / f"{number}.har", entries) for number, entries in enumerate(files)]
    found, traffic = judging.judge(named, folder / "out")
    return {row["requirement"] for row in found["deviations"]}, traffic


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_nothing_is_said_of_a_store_without_defect(
    form: Callable[[Sent], Entry], plain: list[Sent], tmp_path: Path
) -> None:
    broken, traffic = judged(tmp_path, list(map(form, plain)))
    assert broken == set()
    assert (traffic.answers, traffic.steps > 20) == (len(plain), True)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_defect_is_found_whoever_wrote_it_down(
    form: Callable[[Sent], Entry], defective: list[Sent], tmp_path: Path
) -> None:
    assert judged(tmp_path, list(map(form, defective)))[0] == BROKEN


def test_order_of_entries_is_that_of_their_times(defective: list[Sent], tmp_path: Path) -> None:
    entries = list(map(har_forms.proxy, defective))
    random.Random(7).shuffle(entries)
    assert judged(tmp_path, entries)[0] == BROKEN


def test_files_that_overlap_are_one_traffic(defective: list[Sent], tmp_path: Path) -> None:
    one_by_one = [replace(one, at=one.at + timedelta(milliseconds=10 * n)) for n, one in enumerate(defective)]
    entries = list(map(har_forms.browser, one_by_one))
    broken, traffic = judged(tmp_path, entries[1::2], entries[::2])
    assert (broken, traffic.answers) == (BROKEN, len(entries))


def test_nothing_is_made_of_the_order_of_files_that_have_the_same_times(
    plain: list[Sent], defective: list[Sent], tmp_path: Path
) -> None:
    for name, sent, broken in (("plain", plain, set()), ("defective", defective, BROKEN)):
        entries = [har_forms.log(replace(one, at=one.at.replace(microsecond=0))) for one in sent]
        for first, second in ((entries[1::2], entries[::2]), (entries[::2], entries[1::2])):
            found, traffic = judged(tmp_path / name, first, second)
            assert found <= broken
            assert traffic.answers == len(entries)
            assert traffic.not_concluded["sent at the same time as a request of another file"] > 20


def test_entry_that_stands_long_behind_is_counted(
    plain: list[Sent], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_time, "WINDOW", 4)
    entries = list(map(har_forms.proxy, plain))
    broken, traffic = judged(tmp_path, [*entries[1:], entries[0]])
    assert broken == set()
    assert traffic.answers == len(plain) - 1
    assert traffic.not_concluded["comes in the file long after what was sent later"] == 1


def test_stores_and_tokens_in_one_file_are_told_apart(plain: list[Sent], defective: list[Sent], tmp_path: Path) -> None:
    later = defective[0].at - plain[0].at
    entries = [har_forms.proxy(replace(one, at=one.at - later)) for one in defective]
    broken, traffic = judged(tmp_path, [*map(har_forms.proxy, plain), *entries])
    assert (broken, traffic.answers) == (BROKEN, 2 * len(plain))


def moved(entry: Entry) -> None:
    entry["response"] |= {"status": 307, "redirectURL": "https://elsewhere.example/", "content": {"size": 0}}


def not_modified(entry: Entry) -> None:
    entry["response"] |= {"status": 304, "content": {"size": 0, "mimeType": "x-unknown"}}


def cached(entry: Entry) -> None:
    entry["_fromCache"] = "disk"


def lost(entry: Entry) -> None:
    entry["response"] |= {"status": 0, "headers": [], "content": {}, "_error": "net::ERR_CONNECTION_RESET"}


def faulty(entry: Entry) -> None:
    entry["response"] |= {"status": 503, "content": {"text": "<html>", "mimeType": "text/html"}}


def throttled(entry: Entry) -> None:
    entry["response"] |= {"status": 429, "content": {"text": '{"errors":"Exceeded 2 calls per second"}'}}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (moved, "redirected"),
        (not_modified, "answered from a cache"),
        (cached, "answered from a cache"),
        (lost, "answered by a fault of the server, throttled, or not at all"),
        (faulty, "answered by a fault of the server, throttled, or not at all"),
        (throttled, "answered by a fault of the server, throttled, or not at all"),
    ],
)
def test_entry_that_shows_no_answer_is_counted(
    change: Callable[[Entry], None], why: str, plain: list[Sent], tmp_path: Path
) -> None:
    entries = list(map(har_forms.browser, plain))
    for entry in entries[::7]:
        change(entry)
    broken, traffic = judged(tmp_path, entries)
    assert broken == set()
    assert traffic.not_concluded[why] == len(entries[::7])


def close_in(sent: list[Sent]) -> int:
    return next(number for number, one in enumerate(sent) if one.url.endswith("/close.json"))


def test_look_that_overlaps_the_action_concludes_nothing(defective: list[Sent], tmp_path: Path) -> None:
    at = close_in(defective)
    sent = [*defective]
    sent[at] = replace(sent[at], ms=60_000.0)
    broken, traffic = judged(tmp_path, list(map(har_forms.proxy, sent[: at + 2])))
    assert broken.isdisjoint(BROKEN)
    assert traffic.not_concluded["a look and the action were under way at the same time"] == 1


@pytest.mark.parametrize(("seconds", "broken"), [(1, set()), (30, {"FO-CLOSE-STATE", "FO-INV-OBSERVERS"})])
def test_look_soon_after_may_show_everything_as_it_was(
    seconds: int, broken: set[str], plain: list[Sent], tmp_path: Path
) -> None:
    at = close_in(plain)
    before, act, after = plain[at - 1 : at + 2]
    stale = replace(after, answer=before.answer, at=act.at + timedelta(seconds=seconds))
    assert judged(tmp_path, list(map(har_forms.proxy, [before, act, stale])))[0] == broken


def test_effect_that_comes_with_a_later_look_is_judged(defective: list[Sent], tmp_path: Path) -> None:
    at = close_in(defective)
    before, act, after = defective[at - 1 : at + 2]
    stale = replace(after, answer=before.answer)
    later = replace(after, at=after.at + timedelta(seconds=2))
    assert judged(tmp_path, list(map(har_forms.proxy, [before, act, stale, later])))[0] == BROKEN


def beside() -> Iterator[Entry]:
    """Yield what else stands in such a file: a callback, another site, a preflight, something that is no request."""
    callback = {"method": "POST", "url": "https://app.example/fulfillment_order_notification", "headers": []}
    yield {"request": callback, "response": {"status": 200, "headers": [], "content": {"text": ""}}}
    yield {"request": {"method": "GET", "url": "https://cdn.example/a.js"}, "response": {"status": 200}}
    preflight = "https://x.example/admin/api/2025-10/fulfillment_orders/1.json"
    yield {"request": {"method": "OPTIONS", "url": preflight}, "response": {"status": 204}}
    yield {"_webSocketMessages": [{"type": "send", "data": "x"}]}


def test_what_else_stands_in_the_file_is_passed_over(defective: list[Sent], tmp_path: Path) -> None:
    entries = [*beside(), *map(har_forms.browser, defective), *beside()]
    broken, traffic = judged(tmp_path, entries)
    assert (broken, traffic.answers) == (BROKEN, len(defective))


ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**400,
    1e308,
    "",
    "\ud800",
    [],
    {},
    [[[]]],
    "9999-12-31T23:59:59.999999-23:59",
)
PLACES = (
    "startedDateTime", "time", "request", "request.method", "request.url", "request.headers", "request.postData",
    "request.postData.text", "response", "response.status", "response.headers", "response.content",
    "response.content.text", "response.content.mimeType", "response.content.encoding", "_fromCache",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_entry_with_anything_anywhere_ends_nothing(place: str, plain: list[Sent], tmp_path: Path) -> None:
    entries = list(map(har_forms.proxy, plain[: 2 * len(ODD)]))
    *above, last = place.split(".")
    for entry, value in zip(entries[1::2], ODD, strict=False):
        part: Any = entry
        for step in above:
            part = part.setdefault(step, {})
        part[last] = value
    _, traffic = judged(tmp_path, entries)
    assert traffic.answers >= len(ODD)


def test_compressed_body_is_read_within_bounds(plain: list[Sent], tmp_path: Path) -> None:
    bomb = replace(plain[0], answer=b"[" * 20_000_000)
    broken, _ = judged(tmp_path, [har_forms.coded(plain[0]), har_forms.coded(bomb)])
    assert len(broken) <= 1
