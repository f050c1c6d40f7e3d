"""Whatever a target answers with our secrets, no file of the run and no line of the terminal carries them."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from steady import STEADY

from fulfillspec.judge.finding import Difference
from fulfillspec.reporting import terminal, write_all
from fulfillspec.runs import finishing
from fulfillspec.runs.plan import Plan
from fulfillspec.runs.run import Run
from fulfillspec.target.profile import ActorSettings, Notifications, Target
from fulfillspec.verdicts.deviation import Deviation

TOKEN, APP = "shpat_0f9e8d7c6b5a49382716", "app/secret+90817263544536271809=="
PHONE = 4915112345678
SPELLINGS: Final[Mapping[str, Callable[[str], str]]] = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "every character percent": lambda text: "".join(f"%{ord(letter):02x}" for letter in text),
    "json": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "escapes": lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
    "html": lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    "base64": lambda text: base64.b64encode(f"x:{text}".encode()).decode(),
    "begin": lambda text: text[:17],
    "end": lambda text: text[-16:],
}
SENTENCES = ("reason", "received", "diff", "left", "warning")
PLACES = ("body", "header", "status line", "url", "redirect", "error", *SENTENCES)
carried = st.tuples(
    st.sampled_from([TOKEN, APP, str(PHONE)]),
    st.sampled_from(sorted(SPELLINGS)),
    st.sampled_from(PLACES),
    st.text(alphabet="ab \"'\\<>&\ud800é", max_size=6),
)


def told(run: Run, at: str, text: str) -> None:
    """Bring a text of the target to where such texts arrive in a run."""
    notes = ("status line: " + text,) if at == "status line" else ()
    exchange = run.evidence.record(
        actor="merchant",
        transport="rest",
        operation="hold",
        method="POST",
        url=f"http://127.0.0.1:9/a?b={text}" if at == "url" else "http://127.0.0.1:9/a",
        request_headers={},
        request_body=None,
        status=422,
        headers={"x-echo": text} if at == "header" else {"location": text} if at == "redirect" else {},
        body=json.dumps({"errors": text, "phone": PHONE}) if at == "body" else f'{{"phone":{PHONE}}}',
        error=f"cut off: {text}" if at == "error" else None,
        notes=notes,
        ms=1.0,
    )
    run.ledger.unseen("FO-HOLD-NOTES", "rest", f"a hold was refused: {text}")
    run.ledger.broken(
        Deviation(
            requirement="FO-HOLD-STATE",
            case="",
            transport="rest",
            actor="merchant",
            operation="hold",
            state=None,
            documented="200",
            received=text if at == "received" else "422",
            diff=(Difference(f"a.{text}" if at == "diff" else "a", "1", text if at == "diff" else "2"),),
            exchanges=(exchange.n,),
            reproduce=run.evidence.curl(exchange),
        )
    )
    run.left_behind = [{"kind": "order", "id": "1", "why": text if at == "left" else "gone"}]
    run.ledger.notes.append(text if at == "warning" else "a note")


@settings(STEADY, max_examples=12, phases=[Phase.generate])
@given(st.lists(carried, min_size=1, max_size=4))
def test_no_file_of_a_run_carries_a_secret(
    tmp_path_factory: pytest.TempPathFactory, answers: list[tuple[str, str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("run")
    actors = {"merchant": ActorSettings("merchant", TOKEN)}
    run = Run(Plan(Target("http://127.0.0.1:9", actors=actors, notifications=Notifications(secret=APP)), folder))
    spelt = {(secret, SPELLINGS[spelling](secret)) for secret, spelling, _, _ in answers}
    for secret, spelling, wanted, around in answers:
        # a telephone number is told by its key, and plain where it is quoted
        text = secret if secret == str(PHONE) else SPELLINGS[spelling](secret)
        place = wanted if secret != str(PHONE) or wanted in SENTENCES else "reason"
        told(run, place, f"{around} {text} {around}")
    run.journal.close()
    found = finishing.finish(run, aborted=False)
    assert not write_all(folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"results.json", "report.html", "junit.xml", "results.csv", "exchanges.har"} <= {path.name for path in files}
    texts: dict[str, Any] = {path.name: path.read_text("utf-8") for path in files}
    texts["terminal"] = terminal.summary(found, folder, width=None, colour=False)
    for name, text in texts.items():
        for secret, form in spelt:
            assert secret not in text, name
            assert secret == str(PHONE) or form not in text, name
