"""The text of one script: the requests of a plan as curl lines, ids of earlier answers in shell variables."""

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
from fulfillspec.reproduction.plan import ScriptPlan, Send, asked
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
print(re.fullmatch(r"(?:gid://[\\w-]+/\\w+/)?([0-9]+)(?:\\?.*)?", str(at))[1])' "$@" || return 64
}"""
_ASK = """\
ask() { # ask ARGUMENT...: curl for a request that was carried out then; 64 where the order is there and it is refused
  curl -sS -g -f "$@" 2> "$SEEN.err" && return 0
  cat "$SEEN.err" >&2
  case "${FO_1:+made} $(cat "$SEEN.err")" in *" 401"* | *" 429"*) ;; "made curl: (22)"*" 4"*) exit 64 ;; esac
  exit 2
}"""
_CLEAN_UP = """\
clean_up() { # remove what was made
  code=$?
  set +e
  [ $code != 64 ] || echo 'not reproduced: a request before those that decide has another answer now' """


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
    called_back: bool = False


@dataclass
class Writer:
    """Writes the script of one plan."""

    setting: Setting
    plan: ScriptPlan
    _names: dict[Thing, Variable] = field(default_factory=dict)
    _counted: Counter[str] = field(default_factory=Counter)

    def write(self, script: WrittenScript) -> str:
        """Return the script's text, without a first line that names the shell."""
        requests = [text for place in range(len(self.plan.sends)) for text in self._request(place)]
        removals = self._removals()
        clean = self.setting.clean
        documented, received = (
            line(f"documented: {clean(script.documented)}"),
            line(f"before: {clean(script.received)}"),
        )
        texts = [remark(clean(script.heading)), *map(remark, (documented, received)), *map(remark, self._given())]
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
        texts += [*([_ASK] if "ask " in written else []), comparison.COMPARE, "SEEN=$(mktemp)", _CLEAN_UP.rstrip()]
        texts += [
            *(f"  {text}" for text in removals),
            '  rm -f "$SEEN" "$SEEN.err"',
            "  [ $code != 64 ] || exit 0",
            "}",
            "trap clean_up 0",
            "trap 'exit 2' 1 2 15",
        ]
        texts += [*requests, f"printf '\\n%s\\n%s\\n' {word(documented)} {word(received)}"]
        texts.append(f'compare {self._recorded(script)} < "$SEEN"')
        return "\n".join(texts) + "\n"

    @property
    def _tag(self) -> str:
        """The run's tag as it stands in JSON."""
        return json.dumps(self.setting.tag)[1:-1]

    def _given(self) -> list[str]:
        return [
            f"Given to the run, not made by it, so it must stand as it stood then: {one}" for one in self.plan.given
        ]

    def _recorded(self, script: WrittenScript) -> str:
        """Return the words that tell the comparison what was recorded, and which fulfillment order is the same one now."""
        carried = comparison.recorded(self.plan, script.received, called_back=script.called_back)
        recorded = word(self.setting.clean(carried))
        if self.plan.rows is None:
            return recorded
        things = Thing("fulfillment_order", self.plan.rows.about), Thing("order", self.plan.rows.order)
        return " ".join((recorded, *(word(self._names.get(thing, thing.digits)) for thing in things)))

    def _request(self, place: int) -> list[str]:
        """Return the lines of one exchange: its request, then what later ones need of its answer."""
        send = self.plan.sends[place]
        exchange, n, deciding = send.exchange, send.exchange.n, send.deciding
        texts = [] if self._repeats(place) else [remark(f"{exchange.actor}: {exchange.operation} (exchange {n})")]
        texts += self._wait(place)
        needed = [thing for thing in send.shows if thing in self._asked_after(place)]
        options = self._options(exchange, deciding=deciding, captured=bool(needed))
        if deciding:
            texts.append(f'echo "{comparison.MARK} {n}" >> "$SEEN"')
            options.append("-i")
        if needed:
            texts.append(f"A_{n}=$({self._curl(exchange, options, checked=not deciding)})")
            texts += [f'printf \'%s\\n\' "$A_{n}" | tee -a "$SEEN"'] if deciding else []
            texts += _filled([self._picked(send, thing) for thing in needed])
        elif deciding:
            texts.append(f'{{ {self._curl(exchange, options)} || :; echo; }} | tee -a "$SEEN"')
        else:
            texts.append(self._curl(exchange, [*options, "-o", "/dev/null"], checked=True))
        return texts

    def _options(self, exchange: Exchange, *, deciding: bool, captured: bool) -> list[str]:
        """Return how curl is to take an answer: a preparation has to succeed, and a throttled request is sent again."""
        if exchange.status is None:
            return ["-m", str(_SLOW)]
        throttled_then = exchange.status >= 500 or exchange.status in {408, 429}
        return [] if throttled_then or (deciding and captured) else ["--retry", "4"]

    def _repeats(self, place: int) -> bool:
        """Tell whether a preparation does what the one before it did, to something else."""
        if not place or self.plan.sends[place].deciding:
            return False
        before, this = (self.plan.sends[at].exchange for at in (place - 1, place))
        return (before.actor, before.operation) == (this.actor, this.operation)

    def _picked(self, send: Send, thing: Thing) -> str:
        keys = " ".join(word(str(key)) for key in send.shows[thing])
        return f"{self._named(thing)}=$(printf '%s' \"$A_{send.exchange.n}\" | pick {keys})"

    def _asked_after(self, place: int) -> set[Thing]:
        this = self.plan.sends[place]
        later = {thing for send in self.plan.sends[place + 1 :] for thing in send.asked}
        later |= {thing for exchange in self.plan.removing for thing in asked(exchange)}
        if self.plan.rows is not None:
            later |= {Thing("fulfillment_order", self.plan.rows.about), Thing("order", self.plan.rows.order)}
        return later | {thing for thing in this.shows if self._removable(this.exchange, thing)}

    def _named(self, thing: Thing) -> str:
        short = _SHORT.get(thing.kind, "ID")
        self._counted[short] += 1
        self._names[thing] = Variable(f"{short}_{self._counted[short]}")
        return self._names[thing].name

    def _wait(self, place: int) -> list[str]:
        """Wait as long as the run did for a store that routes a new order in the background."""
        send = self.plan.sends[place]
        begun = next((one for one in self.plan.sends[:place] if not set(one.shows).isdisjoint(send.asked)), None)
        listed = send.exchange.operation == "list" and begun is not None and begun.exchange.operation == "create_order"
        if begun is None or not listed or not send.shows:
            return []
        try:
            waited = datetime.fromisoformat(send.exchange.at) - datetime.fromisoformat(begun.exchange.at)
        except ValueError:
            return []
        seconds = math.ceil(waited.total_seconds())
        return [f"sleep {min(seconds, _LONGEST_WAIT)}"] if waited.total_seconds() > 0.5 else []

    def _curl(self, exchange: Exchange, options: list[str], *, checked: bool = False) -> str:
        """Return the curl line of a request, ids of earlier answers replaced by their variables."""
        words = [*(["ask"] if checked else ["curl", "-sS", "-g"]), *options]
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

    def _removable(self, exchange: Exchange, thing: Thing) -> bool:
        plural = _REMOVED_BY_REST.get(thing.kind)
        return (
            plural is not None
            and exchange.transport == "rest"
            and exchange.method == "POST"
            and exchange.url.endswith(f"/{plural}.json")
        )

    def _removals(self) -> list[str]:
        """Return what removes what the script made: as the run did it, else as REST does it."""
        lines = [self._curl(exchange, ["-f", "-o", "/dev/null"]) for exchange in self.plan.removing]
        removed = {thing for exchange in self.plan.removing for thing in asked(exchange)}
        for send in reversed(self.plan.sends):
            made = send.exchange
            for thing in send.shows:
                if thing in self._names and thing not in removed and self._removable(made, thing):
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
