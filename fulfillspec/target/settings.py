"""What is tested, as values: base URL, version, transports, actors, stage, limits. How they are read: `profile`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from fulfillspec.documents.versions import DEFAULT
from fulfillspec.wire.throttle import IN_A_ROW


@dataclass(frozen=True, slots=True)
class ActorSettings:
    """Who calls. `token_env` is the environment variable that a reader of a curl line sets; `scopes` None: not told."""

    name: str
    token: str | None = field(default=None, repr=False)
    token_env: str = ""
    scopes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class StageSettings:
    """How fulfillment orders come into a state. `ids` has a list per `place:status/request_status`."""

    method: str = "auto"
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hook_url: str | None = None
    merchant_location: str | None = None
    service_location: str | None = None
    other_location: str | None = None


@dataclass(frozen=True, slots=True)
class ConnectorSettings:
    """The action of a connector: `path` below the base URL, `authorization` the header for the service's token."""

    path: str
    method: str = "POST"
    authorization: str = "X-Shopify-Access-Token"


NOTIFIED_WITHIN: Final = 60.0
"""Seconds for which a notification is waited for, where the target file says nothing else."""
SIGNED_WITH: Final = "FULFILLSPEC_APP_SECRET"
"""The environment variable with the secret that callbacks are signed with, where the target file names no other."""


@dataclass(frozen=True, slots=True)
class Notifications:
    """Where the target reaches us, the secret that its callbacks are signed with, the seconds that one may take."""

    host: str = "127.0.0.1"
    port: int = 0
    secret: str | None = field(default=None, repr=False)
    wait: float = NOTIFIED_WITHIN


@dataclass(frozen=True, slots=True)
class Target:
    """What is tested. `base_url` is empty where none is named; `transports` and `areas` are empty for those found.

    `file` is the target file as it was named, empty without one.
    `orders` is how many a run creates at most (None: the suite's own number), `orders_per_minute` and
    `requests_per_second` pace us, `timeout` is seconds for a whole answer, `wait` those
    that are waited in a row for a target that throttles. `notes` say what
    was put right. `strict`: a should that deviates makes the target nonconformant.
    """

    base_url: str = ""
    api_version: str = DEFAULT.name
    transports: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    actors: Mapping[str, ActorSettings] = field(default_factory=dict)
    stage: StageSettings = field(default_factory=StageSettings)
    orders: int | None = None
    orders_per_minute: float | Literal["auto"] = "auto"
    requests_per_second: float | None = None
    timeout: float | None = None
    wait: float = IN_A_ROW
    connector: ConnectorSettings | None = None
    notifications: Notifications | None = None
    allow_writes: bool = False
    notes: tuple[str, ...] = ()
    file: str = ""
    strict: bool = False
    ca_file: str = ""
    proxy: str = ""

    def token(self, actor: str) -> str | None:
        """Return the token of an actor; None without one."""
        found = self.actors.get(actor)
        return found.token if found else None

    def token_env(self, actor: str) -> str:
        """Return the name of the environment variable that stands for the actor's token in curl lines."""
        found = self.actors.get(actor)
        return found.token_env if found and found.token_env else variable_of(actor)

    def scopes(self, actor: str) -> tuple[str, ...] | None:
        """Return the scopes that the target file names for an actor; None if it names none."""
        found = self.actors.get(actor)
        return found.scopes if found else None

    def same_app(self, one: str, other: str) -> bool:
        """Tell whether two actors have the same token, and so are one app to the target."""
        token = self.token(one)
        return token is not None and token == self.token(other)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must not be written down."""
        found = [actor.token for actor in self.actors.values()]
        if self.notifications:
            found.append(self.notifications.secret)
        return tuple(dict.fromkeys(secret for secret in found if secret))


def variable_of(actor: str) -> str:
    """Return the environment variable that an actor's token is taken from, where the target file names no other."""
    return f"FULFILLSPEC_{actor.upper()}_TOKEN"
