"""Words of a POSIX shell script: whatever stands in a text, the shell reads it as that text and nothing else."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_BARE = re.compile(r"[A-Za-z0-9_./:=%,@+-]+")  # as it is, without any quotes
_PLAIN = re.compile(r"[A-Za-z0-9_./:?&=%,@+~ -]*")  # as it is, within double quotes
_CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Variable:
    """The value of a shell variable; `$` is the number of the shell's process."""

    name: str

    def __post_init__(self) -> None:
        if self.name != "$" and not is_name(self.name):
            raise ValueError(f"expected the name of a shell variable, got {self.name!r}")


Piece = str | Variable


def is_name(text: str) -> bool:
    """Tell whether a text can name a shell variable."""
    return _NAME.fullmatch(text) is not None


def word(*pieces: Piece) -> str:
    """Return one word of the shell that stands for these texts and values, joined.

    A NUL, which no word can hold, becomes U+FFFD; a control character other than tab and line end is written in octal,
    so that a terminal that the script is pasted into does not act on it.
    """
    if any(isinstance(piece, Variable) for piece in pieces):
        if all(isinstance(piece, Variable) or _PLAIN.fullmatch(piece) for piece in pieces):
            return f'"{"".join(_inside(pieces))}"'
        return "".join(f'"${piece.name}"' if isinstance(piece, Variable) else _literal(piece) for piece in pieces)
    text = "".join(piece for piece in pieces if isinstance(piece, str))
    return text if _BARE.fullmatch(text) else _literal(text) or "''"


def remark(text: str) -> str:
    """Return a comment of one line."""
    return f"# {line(text)}"


def line(text: str) -> str:
    """Return a text on one line without anything that is not seen."""
    return _UNSEEN.sub(" ", text.encode(errors="backslashreplace").decode()).strip()


def _inside(pieces: tuple[Piece, ...]) -> Iterable[str]:
    for piece, following in zip(pieces, (*pieces[1:], ""), strict=True):
        if isinstance(piece, str):
            yield piece
        elif isinstance(following, str) and re.match("[A-Za-z0-9_]", following):
            yield f"${{{piece.name}}}"
        else:
            yield f"${piece.name}"


def _literal(text: str) -> str:
    text = text.encode(errors="backslashreplace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    done, words = 0, []
    for match in _CONTROL.finditer(text):
        words += [_quoted(text[done : match.start()]), f"\"$(printf '{_octal(match[0])}')\""]
        done = match.end()
    return "".join([*words, _quoted(text[done:])])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'" if text else ""


def _octal(character: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in character.encode())
