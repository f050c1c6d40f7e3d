"""Refusals of the store: what was wrong, free of any transport."""

from collections.abc import Mapping, Sequence


class Refusal(Exception):
    """Base of every refusal; a refused operation has changed nothing."""


class Refused(Refusal):
    """The operation is not possible in this state or with these values.

    `field` and `code` are what GraphQL shows beside the sentence; REST shows the sentence alone.
    """

    def __init__(self, sentence: str, *, field: Sequence[str] | None = None, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.code = code


class Invalid(Refusal):
    """A resource does not validate: a list of complaints for each attribute."""

    def __init__(self, complaints: Mapping[str, Sequence[str]]) -> None:
        super().__init__(str(dict(complaints)))
        self.complaints = {name: list(texts) for name, texts in complaints.items()}


class Malformed(Refusal):
    """A parameter is missing, or is not of its type."""

    def __init__(self, parameter: str) -> None:
        super().__init__(parameter)
        self.parameter = parameter


class Unreadable(Refusal):
    """The body is not a JSON object."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unknown(Refusal):
    """Nothing has this id, or nothing that the client may see."""

    def __init__(self, sentence: str = "Not Found") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Forbidden(Refusal):
    """The client lacks an access scope; `scope` names the one to ask the merchant for."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class Unauthenticated(Refusal):
    """There is no access token, or nobody has this one."""


class Throttled(Refusal):
    """Too many calls, or too many new orders; `after` is the wait in seconds."""

    def __init__(self, sentence: str, after: float) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.after = after
