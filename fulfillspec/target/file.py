"""Reading a target file (TOML) strictly: an unknown key or a wrong type is named, with what to write instead."""

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

_KINDS: Final = {
    bool: "true or false",
    str: "a string",
    int: "an integer",
    float: "a number",
    list: "a list",
    dict: "a section",
}


class BadTarget(ValueError):
    """What describes the target cannot be used; the message says what was expected, what came, what to do."""


def text_of(file: Path, noun: str = "target file") -> dict[str, Any]:
    """Return what a TOML file says; `noun` is what messages call it. Raises `BadTarget` with the line where it is no TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        otherwise = ", or leave it out" if noun == "target file" else ""
        raise BadTarget(f"There is no {noun} {file}. Name one that exists{otherwise}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadTarget(f"The {noun} {file} cannot be read: {error}.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadTarget(f"The {noun} {file} is not valid TOML: {error}.") from None


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a half sentence that names the known word nearest to a wrong one, else all of them."""
    words = list(known)
    close = difflib.get_close_matches(word, words, 1, 0.5)
    return f"did you mean {close[0]!r}?" if close else f"known are: {', '.join(words)}."


def in_words(value: Any) -> str:
    """Return what came, for a message."""
    if value is None:
        return "nothing"
    kind = next((name for each, name in _KINDS.items() if isinstance(value, each)), type(value).__name__)
    return f"{kind} ({value!r:.80})" if isinstance(value, (bool, str, int, float)) else kind


class Section:
    """One table of the file; `where` is what messages call it. Every key that it has must be asked for by `only`."""

    def __init__(self, where: str, values: Mapping[str, Any]) -> None:
        self.where = where
        self._values = values

    def only(self, *keys: str) -> None:
        """Raise `BadTarget` for a key that is none of these."""
        for key in self._values:
            if key not in keys:
                raise BadTarget(f"Unknown key {key!r} {self.where}: {nearest(key, keys)}")

    def wrong(self, key: str, expected: str, hint: str = "") -> BadTarget:
        """Return the error for a key whose value is not what was expected."""
        came = in_words(self._values.get(key))
        return BadTarget(f"{key!r} {self.where}: expected {expected}, came {came}.{' ' if hint else ''}{hint}")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def raw(self, key: str) -> Any:
        """Return a value as it stands; None if absent."""
        return self._values.get(key)

    def section(self, key: str) -> "Section":
        """Return a table within this one; an empty one if absent."""
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "a section", f"Write it as [{key}].")
        name = key if self.where == "at the top" else f"{self.where.removeprefix('in [').removesuffix(']')}.{key}"
        return Section(f"in [{name}]", value)

    def rows(self, key: str) -> tuple["Section", ...]:
        """Return a list of tables; empty if absent."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise self.wrong(key, "a list of sections", f"Write each as [[{key}]].")
        return tuple(Section(f"in [[{key}]]", row) for row in value)

    def string(self, key: str) -> str | None:
        """Return a string that says something; None if absent."""
        value = self._values.get(key)
        if key in self and (not isinstance(value, str) or not value.strip()):
            raise self.wrong(key, "a string that is not empty")
        return value.strip() if isinstance(value, str) else None

    def flag(self, key: str) -> bool | None:
        """Return a truth value; None if absent."""
        value = self._values.get(key)
        if key in self and not isinstance(value, bool):
            raise self.wrong(key, "true or false", "Without quotation marks.")
        return value if isinstance(value, bool) else None

    def number(self, key: str, *, or_else: str | None = None) -> float | str | None:
        """Return a number above zero, or the one word that may stand in its place; None if absent."""
        value = self._values.get(key)
        if value is None or (or_else is not None and value == or_else):
            return value
        expected = "a number above 0" + (f' or "{or_else}"' if or_else else "")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
            raise self.wrong(key, expected)
        return float(value)

    def count(self, key: str) -> int | None:
        """Return an integer above zero; None if absent."""
        value = self._values.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise self.wrong(key, "an integer above 0")
        return value

    def word(self, key: str, known: Sequence[str]) -> str | None:
        """Return one of the known words; None if absent."""
        value = self.string(key)
        if value is not None and value not in known:
            raise BadTarget(f"Unknown {key} {value!r} {self.where}: {nearest(value, known)}")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; empty if absent."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.wrong(key, "a list of strings", f'For example {key} = ["…"].')
        return tuple(value)

    def identity(self, key: str) -> str | None:
        """Return an id, given as an integer or a string; None if absent."""
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, str)) or not str(value).strip():
            raise self.wrong(key, "an id: an integer or a string")
        return str(value).strip()
