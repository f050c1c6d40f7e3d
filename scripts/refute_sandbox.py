"""Break the sandbox's own source, one place at a time, and see whether the suites notice: defects that nobody planned.

    python scripts/refute_sandbox.py --sample 1500 [--seed 1] [--processes 2] [--store FILE]
    python scripts/refute_sandbox.py --page          write docs/refutation.md from what is stored

cosmic-ray makes the source mutants (an extra of its own: `pip install cosmic-ray`). Each is a store with a defect; the
suites run against it until their first deviation, over the transport that the module serves, survivors with the whole
of both transports and at `--depth certify` where that is asked for (`--deep`). What was run is stored as it comes: a
stopped script goes on where it was. Survivors are sorted by hand in `schemas/refutation.toml`: *equivalent* (nothing
over HTTP can differ), *free* (documents leave it open), *hole* (closed by a check since).
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.util
import io
import json
import multiprocessing
import os
import random
import sqlite3
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SANDBOX = ROOT / "fulfillspec" / "sandbox"
WITHIN = 240
"""Seconds that a trial may take; a store that makes the suites take longer is noticed by that alone."""
FIRST = {"graphql": "graphql", "rest.py": "rest", "views.py": "rest", "connector.py": "connector"}
"""The transport that a module serves; the others serve all."""
DELETED = "own/DeleteStatement"


@dataclass(frozen=True, slots=True)
class Place:
    """A source mutant: the n-th place of a module that an operator changes."""

    module: str
    operator: str
    occurrence: int
    line: int
    function: str

    @property
    def key(self) -> str:
        """Its name in the store and in the list of survivors; free of line numbers."""
        return f"{self.module}:{self.function}:{self.operator}:{self.occurrence}"


def _operators() -> dict[str, Any]:
    import parso
    from cosmic_ray import plugins
    from cosmic_ray.operators.operator import Operator

    class DeleteStatement(Operator):  # type: ignore[misc] # the library has no types
        """Replaces an assignment or a call that stands alone by `pass`."""

        def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
            if node.type == "simple_stmt" and node.children[0].type in {"expr_stmt", "atom_expr"}:
                inside = node.search_ancestor("funcdef")
                if inside is not None:
                    yield node.start_pos, node.end_pos

        def mutate(self, node: Any, index: int) -> Any:
            del index
            column = node.start_pos[1]
            text = f"{' ' * column}pass\n"
            return parso.parse(
                text[column:] if node.get_first_leaf().prefix == "" else node.get_first_leaf().prefix + "pass\n"
            )

        @classmethod
        def examples(cls) -> tuple[Any, ...]:
            return ()

    known = {name: plugins.get_operator(name) for name in plugins.operator_names()}
    skipped = (
        "VariableReplacer",
        "VariableInserter",
        "RemoveDecorator",
        "_Is",
        "_IsNot",
        "ExceptionReplacer",
        "Operator_BitOr_",
    )
    kept = {name: one for name, one in known.items() if not any(mark in name for mark in skipped)}
    return {**kept, DELETED: DeleteStatement}


def modules() -> list[Path]:
    """Return the modules of the store itself: no mutants, no variants, nothing that starts it."""
    apart = {"mutants", "variants"}
    left_out = {"__init__.py", "serve.py", "changes.py", "own.py", "front.py", "app.py", "limits.py", "cost.py"}
    left_out |= {"staging.py", "seeding.py", "clock.py"}  # what no document speaks of: its own endpoints and its limits
    return [
        file
        for file in sorted(SANDBOX.rglob("*.py"))
        if not apart & set(file.relative_to(SANDBOX).parts) and file.name not in left_out
    ]


def places() -> list[Place]:
    """Return every source mutant, in the order of the source."""
    from cosmic_ray.ast import ast_nodes, get_ast

    found = []
    for file in modules():
        source = file.read_text("utf-8")
        functions = _functions(source)
        nodes = list(ast_nodes(get_ast(source)))
        for name, operator in _operators().items():
            spots = [spot for node in nodes for spot in operator().mutation_positions(node)]
            for occurrence, spot in enumerate(spots):
                line = spot[0][0]
                found.append(
                    Place(str(file.relative_to(SANDBOX)), name, occurrence, line, functions.get(line, "module"))
                )
    return found


def _functions(source: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                found[line] = node.name
    return found


def mutated(place: Place) -> str | None:
    """Return the source of a mutant; None where it is no Python, or the same."""
    from cosmic_ray.mutating import mutate_code

    source = (SANDBOX / place.module).read_text("utf-8")
    text = mutate_code(source, _operators()[place.operator](), place.occurrence)
    try:
        same = text is None or ast.dump(ast.parse(text)) == ast.dump(ast.parse(source))
    except SyntaxError:
        return None
    return None if same else text


class Served(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves one module of the sandbox from changed source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """Return the spec of the changed module; leave the others to Python."""
        del path, target
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def create_module(self, spec: Any) -> None:
        """Let Python make the module."""
        del spec

    def exec_module(self, module: Any) -> None:
        """Run the changed source."""
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)


class FirstDeviation:
    """Ends a session once a case deviated."""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Remember that a case deviated."""
        self.seen = getattr(self, "seen", False) or (report.failed and str(report.longrepr).startswith("FO-"))

    def pytest_runtest_teardown(self, item: Any, nextitem: Any) -> None:
        """End the session."""
        del nextitem
        if getattr(self, "seen", False):
            item.session.shouldstop = "a deviation was seen"


def trial(place: Place, source: str, transport: str | None, depth: str) -> dict[str, Any]:
    """Run the suites against the mutant in this process; return what they said."""
    import pytest

    from fulfillspec.documents import paths

    name = "fulfillspec.sandbox." + place.module.removesuffix(".py").replace("/", ".")
    sys.meta_path.insert(0, Served(name, SANDBOX / place.module, source))
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        options = [str(paths.suites()), f"--rootdir={paths.home()}", "-c", os.devnull, "--bare", f"--out={folder}/run"]
        options += [f"--depth={depth}", *([f"--transport={transport}"] if transport else [])]
        for plugin in ("terminal", "cacheprovider", "unraisableexception", "threadexception"):
            options += ["-p", f"no:{plugin}"]
        status = int(pytest.main(options, plugins=[FirstDeviation()]))
        results = Path(folder) / "run" / "results.json"
        if not results.is_file():
            return {"verdict": "none", "status": status, "broken": []}
        found = json.loads(results.read_text("utf-8"))
    levels = {row["id"]: row["level"] for row in found["requirements"]}
    broken = list(dict.fromkeys(one["requirement"] for one in found["deviations"]))
    unseen = sum(row["verdict"] == "inconclusive" and row["level"] == "must" for row in found["requirements"])
    return {
        "verdict": found["verdict"],
        "status": status,
        "broken": [f"{one} ({levels[one]})" for one in broken],
        "inconclusive": unseen,
        "exchanges": found["exchanges"],
    }


def outcome_of(place: Place, *, deep: bool) -> dict[str, Any]:
    """Return what became of a mutant: found, found late (certify), inconclusive, survived, or no mutant at all."""
    source = mutated(place)
    if source is None:
        return {"outcome": "no mutant"}
    part = place.module.partition("/")[0]
    asked: list[tuple[str | None, str]] = (
        [(FIRST[part], "core")] if part in FIRST else [("rest", "core"), (None, "core")]
    )
    asked += [(None, "certify")] if deep else []
    said: dict[str, Any] = {}
    for transport, depth in asked:
        said = trial_apart(place, source, transport, depth)
        if said["broken"] or said["verdict"] in {"none", "late"}:
            outcome = "found" if depth == "core" else "found at certify"
            return {"outcome": outcome, "over": transport, **said}
        if said["verdict"] == "inconclusive":
            return {"outcome": "inconclusive", "over": transport, **said}
    return {"outcome": "survived", **said}


def trial_apart(place: Place, source: str, transport: str | None, depth: str) -> dict[str, Any]:
    """Run a trial in a process of its own, which starts with everything loaded but the sandbox."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()

    def told() -> None:
        try:
            theirs.send(trial(place, source, transport, depth))
        except BaseException as error:  # noqa: BLE001 - a store that does not start is what this finds out
            theirs.send({"verdict": "none", "status": 3, "broken": [], "error": repr(error)[:300]})
        os._exit(0)

    child = fork.Process(target=told)
    child.start()
    said = ours.recv() if ours.poll(WITHIN * (4 if depth == "certify" else 1)) else {"verdict": "late", "broken": []}
    child.kill()
    child.join()
    return dict(said)


def run(chosen: Sequence[Place], store: Path, processes: int, *, deep: bool) -> None:
    """Run what is not stored yet; each process takes every n-th."""
    _connect(store).close()
    known = {row["key"] for row in stored(store) if not (deep and row["outcome"] == "survived")}
    left = [place for place in chosen if place.key not in known]
    print(f"{len(chosen)} chosen, {len(left)} to run", flush=True)
    import schemathesis  # noqa: F401 - loaded once for all

    import fulfillspec.suite.plugin  # noqa: F401

    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=_work, args=(left[n::processes], store, deep)) for n in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _work(places: Sequence[Place], store: Path, deep: bool) -> None:  # noqa: FBT001 - an argument of a process
    for place in places:
        begun = time.monotonic()
        said = outcome_of(place, deep=deep)
        row = {"key": place.key, **asdict(place), **said, "seconds": round(time.monotonic() - begun, 1)}
        with _connect(store) as base:
            base.execute("replace into trials values (?, ?)", (place.key, json.dumps(row)))
        print(row["outcome"], place.key, f"line {place.line}", *row.get("broken", [])[:2], flush=True)


def _connect(store: Path) -> sqlite3.Connection:
    base = sqlite3.connect(store, timeout=60)
    base.execute("create table if not exists trials (key text primary key, row text)")
    return base


def stored(store: Path) -> list[dict[str, Any]]:
    """Return what was run."""
    with _connect(store) as base:
        return [json.loads(text) for (text,) in base.execute("select row from trials order by key")]


def _classes() -> dict[str, dict[str, str]]:
    file = ROOT / "schemas" / "refutation.toml"
    rows = tomllib.loads(file.read_text("utf-8")).get("survivor", []) if file.is_file() else []
    return {row["mutant"]: row for row in rows}


def page(store: Path) -> str:
    """Return the page: totals, and each survivor with its class."""
    rows = [row for row in stored(store) if row["outcome"] != "no mutant"]
    classes = _classes()
    counted = Counter(row["outcome"] for row in rows)
    survivors = [row for row in rows if row["outcome"] in {"survived", "inconclusive"}]
    kinds = Counter(classes.get(row["key"], {}).get("class", "not sorted") for row in survivors)
    apart = kinds["equivalent"] + kinds["free"]
    found = counted["found"] + counted["found at certify"]
    lines = [
        "# The sandbox's source, broken at random",
        "",
        "Written by `python scripts/refute_sandbox.py --page`. Each row is a place of the sandbox's own source that was changed",
        "by cosmic-ray's operators (and one that deletes a statement); the suites ran against it until their first deviation.",
        "",
        f"- source mutants run: {len(rows)}",
        *(f"- {name}: {number}" for name, number in sorted(counted.items())),
        *(f"- survivors, {name}: {number}" for name, number in sorted(kinds.items())),
        f"- score: {found} of {len(rows) - apart} that are neither equivalent nor free",
        "",
        "| mutant | line | outcome | class | why |",
        "|---|---|---|---|---|",
    ]
    for row in survivors:
        sort = classes.get(row["key"], {})
        lines.append(
            f"| `{row['key']}` | {row['line']} | {row['outcome']} | {sort.get('class', 'not sorted')} | {sort.get('why', '')} |"
        )
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run the sample, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--deep", action="store_true", help="run survivors at --depth certify too")
    parser.add_argument("--store", type=Path, default=ROOT / "reports" / "refutation.sqlite")
    parser.add_argument("--page", action="store_true")
    asked = parser.parse_args()
    if asked.page:
        (ROOT / "docs" / "refutation.md").write_text(page(asked.store), "utf-8")
        return 0
    every = places()
    chosen = random.Random(asked.seed).sample(every, min(asked.sample, len(every)))
    print(f"{len(every)} source mutants", flush=True)
    run(chosen, asked.store, asked.processes, deep=asked.deep)
    return 0


if __name__ == "__main__":
    sys.exit(main())
