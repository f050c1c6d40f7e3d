"""The sandbox put together: store, interfaces, clients, limits, and the changes that were asked for."""

import os
from collections.abc import Iterable, Mapping
from secrets import token_hex
from typing import Any

from fulfillspec.sandbox import actors
from fulfillspec.sandbox.call import Interface
from fulfillspec.sandbox.changes import Change, choose, composed
from fulfillspec.sandbox.clock import Clock
from fulfillspec.sandbox.connector import Connector
from fulfillspec.sandbox.eras import views_of
from fulfillspec.sandbox.front import Front, Receive, Scope, Send
from fulfillspec.sandbox.graphql import GraphQL
from fulfillspec.sandbox.graphql.cost import POINTS
from fulfillspec.sandbox.graphql.nodes import Nodes
from fulfillspec.sandbox.limits import RATES
from fulfillspec.sandbox.mutants import mutants as known_mutants
from fulfillspec.sandbox.notifications import Notifier
from fulfillspec.sandbox.provisioning import Provisioning
from fulfillspec.sandbox.rest import Rest
from fulfillspec.sandbox.staging import Staging
from fulfillspec.sandbox.store import Store
from fulfillspec.sandbox.variants import variants as known_variants
from fulfillspec.sandbox.versions import Versions
from fulfillspec.sandbox.views import Views
from fulfillspec.sandbox.webhooks import WebhookRoutes, Webhooks

SECRET_ENV = "FULFILLSPEC_APP_SECRET"  # noqa: S105 (the name of a variable, not a secret)
"""The environment variable that may hold the app secret."""


class Sandbox:
    """An ASGI application: a development store with fulfillment orders, in memory.

    `mutants` and `variants` are names. `tokens` fixes the token of some actors (merchant, service, other_service,
    reader, combined, outsider); the others get random ones. `combined` makes merchant and service one app with every scope. `rate` is
    `none` or `standard` (a development store's limits). `routing_delay`: seconds until an order is routed.
    `oldest`: the oldest API version that is supported; a request for an older one is served by it. `app_secret` signs
    the callbacks; without it that of the environment is taken, else a random one. `without`: transports (`rest`,
    `graphql`) that are not there at all. `states`: fulfillment orders to make at the start, each as POST /sandbox/states
    takes it; their ids are in `seeded`.
    Raises UnknownChangeError for a name that nobody knows, Refusal for a state that cannot be made, ValueError for other
    bad options.
    """

    def __init__(
        self,
        mutants: Iterable[str] = (),
        variants: Iterable[str] = (),
        *,
        tokens: Mapping[str, str] | None = None,
        combined: bool = False,
        rate: str = "none",
        routing_delay: float | None = None,
        clock: Clock | None = None,
        oldest: str | None = None,
        app_secret: str | None = None,
        without: Iterable[str] = (),
        states: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        if rate not in RATES:
            raise ValueError(f"There is no rate {rate!r}; there are: {', '.join(RATES)}.")
        self.mutants, self.variants = tuple(mutants), tuple(variants)
        changes: list[type[Change]] = [
            *choose("mutant", known_mutants(), self.mutants),
            *choose("variant", known_variants(), self.variants),
        ]
        self.apps = actors.apps(combined=combined)
        self.tokens = actors.tokens_for(self.apps, tokens)
        self.store = composed(Store, changes)(clock)
        if routing_delay is not None:
            self.store.routing_delay = routing_delay
        self.seeded = self.store.seed(
            merchant=self.apps["merchant"], service=self.apps["service"], other_service=self.apps["other_service"]
        )
        self.own = Staging(
            self.store,
            self.apps["merchant"],
            self.apps["service"],
            self.seeded,
            tokens=self.tokens,
            changes=self.switched,
        )
        for state in states:
            fo = self.own.made(state)
            self.seeded.setdefault(f"{state['at']}:{state['state']}", []).append(fo.id)
        self.limits = RATES[rate]()
        self.app_secret = app_secret or os.environ.get(SECRET_ENV) or token_hex(16)
        self.notifier = composed(Notifier, changes)(self.store, self.app_secret)
        self.webhooks = composed(Webhooks, changes)(self.store, self.notifier)
        self.rest = composed(Rest, changes)(self.store)
        self.graphql = composed(GraphQL, changes)(
            self.store, composed(Nodes, changes)(self.store), self.limits, POINTS[rate]()
        )
        self.connector = composed(Connector, changes)(self.store, self.views)
        self._changes = changes
        self._views: dict[str, Views] = {}
        self.front = composed(Front, changes)(
            self.store,
            self.rest,
            self.interfaces(),
            apps={self.tokens[actor]: app for actor, app in self.apps.items()},
            views=self.views,
            limits=self.limits,
            versions=Versions(oldest),
            without=frozenset(without),
        )

    @property
    def switched(self) -> tuple[str, ...]:
        """What is switched on, in words."""
        named = (("mutant", self.mutants), ("variant", self.variants))
        return tuple(f"{kind} {name}" for kind, names in named for name in names)

    def interfaces(self) -> list[Interface]:
        """Return the interfaces over the store: the place where further transports are added."""
        return [
            self.rest,
            self.graphql,
            self.connector,
            Provisioning(self.store, self.limits),
            composed(WebhookRoutes, self._changes)(self.store),
            self.own,
        ]

    def views(self, version: str) -> Views:
        """Return the views of an API version."""
        found = self._views.get(version)
        if found is None:
            found = self._views[version] = composed(views_of(version), self._changes, Views)(self.store, version)
        return found

    def close(self) -> None:
        """Send no more callbacks."""
        self.notifier.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP exchange."""
        await self.front(scope, receive, send)
