"""The interface put together."""

from fulfillspec.sandbox.graphql.fulfilling import Fulfilling
from fulfillspec.sandbox.graphql.provisioning import Provisioning
from fulfillspec.sandbox.graphql.queries import Queries
from fulfillspec.sandbox.graphql.webhooks import Subscriptions


class GraphQL(Queries, Fulfilling, Provisioning, Subscriptions):
    """POST graphql.json: queries and mutations over the store."""
