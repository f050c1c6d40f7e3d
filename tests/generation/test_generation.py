"""What is generated: sound, small, the same for the same seed, and of nothing but the document."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fulfillspec.generation.bodies import FORMS, LONGEST, MOST_BYTES, NotGenerated, RequestDocument, narrowed

SEEDED = """
import json, sys
{before}
from fulfillspec.generation.bodies import RequestDocument
document = RequestDocument(int(sys.argv[1]))
print(json.dumps([document.bodies("hold", "any", 6), document.queries("assigned", 3)]))
"""


@pytest.fixture(scope="module")
def document() -> RequestDocument:
    return RequestDocument(7)


def made(folder: Path, seed: int, before: str = "") -> str:
    path = folder / "told.py"
    path.write_text(SEEDED.format(before=before), "utf-8")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, str(path), str(seed)], cwd=folder, env=env, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_every_operation_with_a_body_has_one_in_every_form(document: RequestDocument) -> None:
    for name, said in document.operations.items():
        for form in FORMS if "requestBody" in said and document.has_text(name) else FORMS[:1]:
            bodies = document.bodies(name, form)
            assert bool(bodies) == ("requestBody" in said), (name, form)
            for body in bodies:
                jsonschema.Draft202012Validator(document._body(name)).validate(body)
                assert len(json.dumps(body, ensure_ascii=False).encode()) <= MOST_BYTES


@pytest.mark.parametrize(
    ("form", "fits"),
    [
        ("empty", lambda text: text == ""),
        ("long", lambda text: len(text) == LONGEST),
        ("wide", lambda text: not text.isascii() and len(text) >= 4),
        ("null", lambda text: text is None),
    ],
)
def test_text_has_the_form_that_is_asked_for(document: RequestDocument, form: str, fits: Callable[[Any], bool]) -> None:
    assert fits(document.bodies("hold", form)[0]["fulfillment_hold"]["reason_notes"])


def test_bodies_carry_no_key_that_the_document_does_not_name(document: RequestDocument) -> None:
    for body in document.bodies("hold", "any", 8):
        assert set(body) == {"fulfillment_hold"}
        assert set(body["fulfillment_hold"]) <= set(document.part("hold", "fulfillment_hold")["properties"])


def test_samples_of_the_documents_do_not_come(document: RequestDocument) -> None:
    said = document.operations["hold"]["requestBody"]["content"]["application/json"]
    samples = [row["value"]["fulfillment_hold"]["reason_notes"] for row in said["examples"].values()]
    assert samples
    notes = [body["fulfillment_hold"].get("reason_notes") for body in document.bodies("hold", "any", 12)]
    assert not set(samples) & set(notes)
    assert narrowed({"type": "string", "examples": ["a sample"], "default": "x"}, "plain").keys() == {"type", "pattern"}


def test_same_seed_gives_the_same_wherever_and_another_seed_gives_another(tmp_path: Path) -> None:
    plain = made(tmp_path, 3)
    # literals of the caller's own modules are no part of it
    (tmp_path / "around.py").write_text("WORDS = ['awaiting', 'something', 'else', 4711, 815]", "utf-8")
    assert made(tmp_path, 3, "sys.path.insert(0, '.'); import around") == plain
    assert made(tmp_path, 4) != plain
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == ["around.py", "told.py"]


def test_broken_values_break_the_schema(document: RequestDocument) -> None:
    schema = document.part("hold", "fulfillment_hold", "reason")
    for value in document.breaking("hold", schema, 6):
        assert not jsonschema.Draft202012Validator(schema).is_valid(value)


def test_what_cannot_be_generated_is_said(document: RequestDocument) -> None:
    with pytest.raises(NotGenerated, match="hold"):
        document._made("hold", 1, lambda case: case.body, body={"type": "integer", "minimum": 5, "maximum": 3})


def test_settings_that_lie_around_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "schemathesis.toml").write_text("nonsense = [", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert RequestDocument(1).bodies("hold", "plain")
