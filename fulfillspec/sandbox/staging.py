"""What only the sandbox has: staging of orders in a state, the seeded ones, and a page to look at."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from fulfillspec.sandbox import params
from fulfillspec.sandbox.call import Call, Handler, Reply
from fulfillspec.sandbox.errors import Malformed
from fulfillspec.sandbox.model import App, FulfillmentOrder
from fulfillspec.sandbox.store import Store

MOST_SHOWN = 200

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color-scheme:light dark}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8886}"
)


_EXAMPLE = '{"at": "service", "state": "in_progress/accepted", "lines": [{"quantity": 2}]}'


class Staging:
    """Routes outside the API; they ask for no token. `changes` are the mutants and variants that are on, in words."""

    def __init__(
        self,
        store: Store,
        merchant: App,
        service: App,
        seeded: Mapping[str, list[int]],
        *,
        tokens: Mapping[str, str],
        changes: Sequence[str] = (),
    ) -> None:
        self.store = store
        self.merchant = merchant
        self.service = service
        self.seeded_ids = seeded
        self.tokens = tokens
        self.changes = changes

    def routes(self) -> Mapping[str, Handler]:
        """Return the handlers by route."""
        return {"GET /": self.page, "GET /sandbox/seeded": self.seeded, "POST /sandbox/states": self.stage}

    def seeded(self, _call: Call) -> Reply:
        """GET /sandbox/seeded: ids of fulfillment orders by `place:status/request_status`."""
        return Reply(dict(self.seeded_ids))

    def stage(self, call: Call) -> Reply:
        """POST /sandbox/states `{"at", "state", "lines": [{"quantity"}]}`: make an order that stands in a state."""
        fo = self.made(call.body)
        return Reply({"order_id": fo.order.id, "fulfillment_order_id": fo.id}, 201)

    def made(self, wanted: Mapping[str, Any]) -> FulfillmentOrder:
        """Make an order that stands in a state; raises Refusal where it cannot be."""
        body = dict(wanted)
        place, state = params.text(body, "at"), params.text(body, "state")
        if place is None or state is None:
            raise Malformed("at" if place is None else "state")
        quantities = [params.whole(line, "quantity") for line in params.objects(body, "lines")] or [2]
        location = None
        if body.get("location_id") is not None:
            location = self.store.locations.get(params.whole(body, "location_id"))
        return self.store.stage(
            place, state, quantities, merchant=self.merchant, service=self.service, location=location
        )

    def page(self, _call: Call) -> Reply:
        """GET /: how to use it, the newest orders and their fulfillment orders."""
        orders = list(self.store.orders.values())[-MOST_SHOWN:][::-1]
        rows = "".join(self.row(fo) for order in orders for fo in order.fulfillment_orders)
        head = "".join(
            f"<th>{title}</th>" for title in ("Order", "Fulfillment order", "Location", "State", "Line items")
        )
        return Reply(
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>fulfillspec sandbox</title>'
            f"<style>{_STYLE}</style><h1>fulfillspec sandbox</h1>"
            f"<p>{len(self.store.orders)} orders, {len(self.store.fulfillment_orders)} fulfillment orders, "
            f"{len(self.store.services)} fulfillment services.</p>"
            f"{self.usage()}"
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></html>",
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
            media_type="text/html; charset=utf-8",
        )

    def usage(self) -> str:
        """Tell base URL, tokens, what is switched on, and how to make a state."""
        tokens = "".join(
            f"<dt>{escape(actor)}</dt><dd><code>{escape(token)}</code></dd>" for actor, token in self.tokens.items()
        )
        return (
            "<h2>How to use it</h2><p>The base URL is the address of this page; the API is at <code>/admin/api/VERSION/…</code>. "
            "Send one of these tokens in the header <code>X-Shopify-Access-Token</code>:</p>"
            f"<dl>{tokens}</dl>"
            f"<p>Switched on: {escape(', '.join(self.changes)) or 'no mutant and no variant'}.</p>"
            "<p>To make a fulfillment order in a state, send to <code>POST /sandbox/states</code>: "
            f"<code>{escape(_EXAMPLE)}</code>. Ids that were made at the start: <code>GET /sandbox/seeded</code>.</p>"
            "<h2>What it holds</h2>"
        )

    def row(self, fo: FulfillmentOrder) -> str:
        """Show one fulfillment order as a table row."""
        lines = (
            ", ".join(f"{line.fulfillable} of {line.quantity} {line.order_line.title}" for line in fo.lines) or "none"
        )
        cells = (fo.order.name, str(fo.id), fo.location.name, f"{fo.status} / {fo.request_status}", lines)
        return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
