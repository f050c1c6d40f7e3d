"""The text of one script: the requests of a chain as curl lines, ids of earlier answers in shell variables."""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fulfillspec.evidence.invented import PERSON
from fulfillspec.evidence.log import WRONG_TOKEN, Exchange
from fulfillspec.reproduction import comparison
from fulfillspec.reproduction.ids import IdSpot, Thing, in_text, in_url, values
from fulfillspec.reproduction.index import Chain, Index
from fulfillspec.reproduction.shell import Piece, Variable, is_name, line, remark, word

_CREDENTIAL = "x-shopify-access-token"
_NOT_SENT = frozenset({_CREDENTIAL, "user-agent", "accept-encoding", "connection", "content-length", "host"})
_SHORT = {
    "fulfillment_order": "FO",
    "fulfillment_order_line_item": "LINE",
    "fulfillment_service": "SERVICE",
    "fulfillment": "FULFILLMENT",
    "fulfillment_hold": "HOLD",
    "inventory_item": "ITEM",
    "line_item": "ORDER_LINE",
    "location": "LOCATION",
    "variant": "VARIANT",
    "product": "PRODUCT",
    "order": "ORDER",
}
_REMOVED_BY_REST = {"order": "orders", "product": "products", "fulfillment_service": "fulfillment_services"}
_PSEUDONYM = re.compile(r"«(\w+):[0-9a-f]+»|\b[0-9a-f]{8}@redacted\.invalid\b")
_MADE = re.compile(r"\$\{?([A-Z_]+_[0-9]+)")
_LONGEST_WAIT = 60
_SLOW = 60
_WIDE = 160
Edit = tuple[int, int, Piece]
"""What stands in a text from a start to an end is replaced."""

_PICK = """\
pick() { # pick KEY...: the digits of the id at this place of the JSON answer on standard input
  python3 -c '
import json, re, sys
said = sys.stdin.read()
said = re.split(r"\\r?\\n\\r?\\n", said, maxsplit=1)[-1] if said.startswith("HTTP/") else said
sys.excepthook = lambda *_: print("no id at", *sys.argv[1:], "of the answer:", said[:400], file=sys.stderr)
at = json.loads(said)
for key in sys.argv[1:]:
    at = at[int(key) if isinstance(at, list) else key]
print(re.fullmatch(r"(?:gid://[\\w-]+/\\w+/)?([0-9]+)(?:\\?.*)?", str(at))[1])' "$@"
}"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for every script of a run.

    `base_url` and `tag` are the run's; `token_env` names the variable of each actor's token; `clean` takes secrets
    out of a text.
    """

    base_url: str
    tag: str = ""
    token_env: Mapping[str, str] = field(default_factory=dict)
    clean: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class WrittenScript:
    """What a script says of its deviation."""

    name: str
    heading: str
    documented: str
    received: str


@dataclass
class Writer:
    """Writes the script of one chain. `sent` has the requests of its exchanges by number."""

    setting: Setting
    index: Index
    chain: Chain
    sent: Mapping[int, Exchange]
    _names: dict[Thing, Variable] = field(default_factory=dict)
    _counted: Counter[str] = field(default_factory=Counter)

    def write(self, told: WrittenScript) -> str:
        """Return the script's text, without a first line that names the shell."""
        requests = [text for n in self.chain.steps if n in self.sent for text in self._request(n)]
        removals = self._removals()
        clean = self.setting.clean
        documented, received = line(f"documented: {clean(told.documented)}"), line(f"before: {clean(told.received)}")
        texts = [remark(clean(told.heading)), *map(remark, (documented, received)), *map(remark, self._given())]
        texts += [
            remark(
                "Needs curl, python3 and the tokens in the environment; BASE=… names another store, sh -x tells more."
            ),
            "set -eu",
            f'[ -n "${{BASE:-}}" ] || BASE={word(clean(self.setting.base_url))}',
        ]
        written = "\n".join((*requests, *removals))
        if "$TAG" in written:
            texts.append(f"TAG={word(self._tag, '-', Variable('$'))}")
        if "| pick " in written:
            texts.append(_PICK)
        deciding = [self.sent[n] for n in self.chain.deciding if n in self.sent]
        texts += [comparison.COMPARE, "SEEN=$(mktemp)", "clean_up() { # remove what was made", "  set +e"]
        texts += [
            *(f"  {text}" for text in removals),
            '  rm -f "$SEEN"',
            "}",
            "trap clean_up 0",
            "trap 'exit 2' 1 2 15",
        ]
        texts += [*requests, f"printf '\\n%s\\n%s\\n' {word(documented)} {word(received)}"]
        texts.append(f'compare {word(clean(comparison.recorded(deciding, told.received)))} < "$SEEN"')
        return "\n".join(texts) + "\n"

    @property
    def _tag(self) -> str:
        """The run's tag as it stands in JSON."""
        return json.dumps(self.setting.tag)[1:-1]

    def _given(self) -> list[str]:
        asked = {thing for n in self.chain.steps for thing in self.index.entries[n].asked}
        given = [thing.digits for thing in asked if thing.kind == "fulfillment_order" and self.index.is_given(thing)]
        return [f"Given to the run, not made by it, so it must stand as it stood then: {one}" for one in sorted(given)]

    def _request(self, n: int) -> list[str]:
        """Return the lines of one exchange: its request, then what later ones need of its answer."""
        exchange, deciding = self.sent[n], n in self.chain.deciding
        texts = [] if self._repeats(n) else [remark(f"{exchange.actor}: {exchange.operation} (exchange {n})")]
        texts += self._wait(n)
        needed = [thing for thing in self.index.entries[n].made if thing in self._asked_after(n)]
        options = self._options(exchange, deciding=deciding, captured=bool(needed))
        if deciding:
            texts.append(f'echo "{comparison.MARK} {n}" >> "$SEEN"')
            options.append("-i")
        if needed:
            texts.append(f"A_{n}=$({self._curl(exchange, options)})")
            texts += [f'printf \'%s\\n\' "$A_{n}" | tee -a "$SEEN"'] if deciding else []
            texts += _filled([self._picked(n, thing) for thing in needed])
        elif deciding:
            texts.append(f'{{ {self._curl(exchange, options)} || :; echo; }} | tee -a "$SEEN"')
        else:
            texts.append(self._curl(exchange, [*options, "-o", "/dev/null"]))
        return texts

    def _options(self, exchange: Exchange, *, deciding: bool, captured: bool) -> list[str]:
        """Return how curl is to take an answer: a preparation has to succeed, and a throttled request is sent again."""
        options = [] if deciding else ["-f"]
        if exchange.status is None:
            return [*options, "-m", str(_SLOW)]
        throttled_then = exchange.status >= 500 or exchange.status in {408, 429}
        return options if throttled_then or (deciding and captured) else [*options, "--retry", "4"]

    def _repeats(self, n: int) -> bool:
        """Tell whether a preparation does what the one before it did, to something else."""
        at = self.chain.steps.index(n)
        before = self.sent.get(self.chain.steps[at - 1]) if at else None
        this = self.sent[n]
        same = before is not None and (before.actor, before.operation) == (this.actor, this.operation)
        return same and n not in self.chain.deciding

    def _picked(self, n: int, thing: Thing) -> str:
        keys = " ".join(word(str(key)) for key in self.index.where[thing][1])
        return f"{self._named(thing)}=$(printf '%s' \"$A_{n}\" | pick {keys})"

    def _asked_after(self, n: int) -> set[Thing]:
        entries, following = self.index.entries, (*self.chain.steps, *self.chain.removing)
        later = {thing for other in following if other > n for thing in entries[other].asked}
        return later | {thing for thing in entries[n].made if self._removable(n, thing)}

    def _named(self, thing: Thing) -> str:
        short = _SHORT.get(thing.kind, "ID")
        self._counted[short] += 1
        self._names[thing] = Variable(f"{short}_{self._counted[short]}")
        return self._names[thing].name

    def _wait(self, n: int) -> list[str]:
        """Wait as long as the run did for a store that routes a new order in the background."""
        entry, where = self.index.entries[n], self.index.where
        begun = [where[thing][0] for thing in entry.asked if thing.kind == "order" and thing in where]
        if self.sent[n].method != "GET" or not entry.made or not begun or begun[0] not in self.sent:
            return []
        try:
            waited = datetime.fromisoformat(self.sent[n].at) - datetime.fromisoformat(self.sent[begun[0]].at)
        except ValueError:
            return []
        seconds = math.ceil(waited.total_seconds())
        return [f"sleep {min(seconds, _LONGEST_WAIT)}"] if waited.total_seconds() > 0.5 else []

    def _curl(self, exchange: Exchange, options: list[str]) -> str:
        """Return the curl line of a request, ids of earlier answers replaced by their variables."""
        words = ["curl", "-sS", "-g", *options]
        body = exchange.request_body
        if exchange.method != "GET" or body is not None:
            words += ["-X", word(exchange.method)]
        words.append(word(*self._url(exchange.url)))
        headers = {name.lower(): (name, value) for name, value in exchange.request_headers.items()}
        if _CREDENTIAL in headers:
            token = WRONG_TOKEN if exchange.actor == "stranger" else f"${self._token(exchange.actor)}"
            words += ["-H", f'"X-Shopify-Access-Token: {token}"']
        for lowered, (name, value) in headers.items():
            if lowered not in _NOT_SENT:
                words += ["-H", word(f"{name}: {value}")]
        if body is not None:
            words += ["--data-raw", word(*self._body(exchange, body))]
        return " ".join(words)

    def _token(self, actor: str) -> str:
        named = self.setting.token_env.get(actor) or f"FULFILLSPEC_{actor.upper()}_TOKEN"
        return named if is_name(named) else "FULFILLSPEC_MERCHANT_TOKEN"

    def _url(self, url: str) -> list[Piece]:
        edits = self._captured(in_url(url))
        base = self.setting.base_url.rstrip("/")
        if base and url.startswith(f"{base}/"):
            edits.append((0, len(base), Variable("BASE")))
        return _edited(url, edits)

    def _body(self, exchange: Exchange, body: str) -> list[Piece]:
        edits = self._captured(in_text(body))
        if self.setting.tag:
            edits += [(*match.span(), Variable("TAG")) for match in re.finditer(re.escape(self._tag), body)]
        if exchange.transport == "graphql":  # a key that was used before gets the answer from before
            keys = [end for path, _, end in values(body) if path == ("variables", "key")]
            edits += [(end, end, part) for end in keys for part in ("-", Variable("$"))]
        pieces = _edited(body, edits)
        return [part if isinstance(part, Variable) else _PSEUDONYM.sub(_stand_in, part) for part in pieces]

    def _captured(self, spots: list[IdSpot]) -> list[Edit]:
        return [(spot.start, spot.end, self._names[spot.thing]) for spot in spots if spot.thing in self._names]

    def _removable(self, n: int, thing: Thing) -> bool:
        exchange, plural = self.sent[n], _REMOVED_BY_REST.get(thing.kind)
        return (
            plural is not None
            and exchange.transport == "rest"
            and exchange.method == "POST"
            and exchange.url.endswith(f"/{plural}.json")
        )

    def _removals(self) -> list[str]:
        """Return what removes what the script made: as the run did it, else as REST does it."""
        entries, quiet = self.index.entries, ["-f", "-o", "/dev/null"]
        lines = [self._curl(self.sent[n], quiet) for n in self.chain.removing if n in self.sent]
        removed = {thing for n in self.chain.removing for thing in entries[n].asked}
        for n in reversed(self.chain.steps):
            for thing in entries[n].made if n in self.sent else ():
                if thing in self._names and thing not in removed and self._removable(n, thing):
                    made = self.sent[n]
                    url = word(*self._url(made.url.removesuffix(".json") + "/"), self._names[thing], ".json")
                    token = f'-H "X-Shopify-Access-Token: ${self._token(made.actor)}"'
                    lines.append(f"curl -sS -g -f -o /dev/null -X DELETE {url} {token}")
        return [_if_made(text) for text in lines if "\n" not in text]


def _if_made(command: str) -> str:
    """Return a command that runs once the things that it names are there, and says so where it fails."""
    names = list(dict.fromkeys(_MADE.findall(command)))
    there = "".join(f"${{{name}:-}}" for name in names)
    return f'[ -z "{there}" ] || {command} || echo "not removed: {" ".join(f"{name}=${{{name}:-}}" for name in names)}" >&2'


def _filled(commands: list[str]) -> list[str]:
    """Return short commands on fewer lines."""
    lines: list[str] = []
    for command in commands:
        if lines and len(lines[-1]) + len(command) < _WIDE:
            lines[-1] += f"; {command}"
        else:
            lines.append(command)
    return lines


def _edited(text: str, edits: list[Edit]) -> list[Piece]:
    """Return the text in pieces, those spans replaced; of spans that overlap the first one counts."""
    pieces: list[Piece] = []
    done = 0
    for start, end, piece in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        if start < done:
            continue
        pieces += [text[done:start], piece]
        done = end
    return [piece for piece in (*pieces, text[done:]) if piece != ""]


def _stand_in(match: re.Match[str]) -> str:
    """Return what stands for a person in a request that is sent again: a store takes no pseudonym for a telephone number."""
    return PERSON.get(match[1] or "email", match[0])
