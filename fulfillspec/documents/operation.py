"""What the documents say of an operation that is data: the columns of the rows in `operations`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation. The fields are facts of the documents; what is not said of an operation is empty or false."""

    name: str
    advertised: str = ""
    """What `supported_actions` calls it, of the merchant's."""
    area: str = ""
    """The area that says what it does: where it is not claimed, the word for it promises nothing."""
    state: str = ""
    """The requirement that names the state which it leads to in the plainest case."""
    plainly: str = ""
    """The requirement, a must, that says that it can be carried out at all, where `state` names none."""
    telling: bool = False
    """Its absence from `supported_actions` tells something wherever the merchant carries it out."""
    leads_on: bool = False
    """It leads to another status or request status."""
    conserves: bool = False
    """No unit of a line item is lost or doubled by it."""
    spares_siblings: bool = False
    """The other fulfillment orders of the order stay as they are."""
    may_take_siblings_lines: bool = False
    """Nothing says that another fulfillment order of the order keeps its line items."""
    reads: bool = False
    """It changes nothing."""
    lists: str = ""
    """Where a GraphQL answer has the list of fulfillment orders that it is, below `data`."""
    fulfills: bool = False
    """It makes or changes a fulfillment, and its answer shows that."""
    keeps: str = ""
    """What it leaves as it was on the fulfillment order that it is about, some of: line items by their ids (`lines`),
    `holds`, `fulfill_at`, `fulfill_by`, what is left to fulfil (`work`), earlier `requests`."""
    request: str = ""
    """The kind of request that it makes."""
    message: str = ""
    """The requirement that the request carries the message sent."""
    shows: str = ""
    """The fulfillment orders that its answer shows, each by the word before `fulfillment_order` in its key, or by
    `fulfillment_order`."""
    shows_over_graphql: str = ""
    """Those that GraphQL alone shows beside them."""
    within: str = ""
    """The list in the GraphQL answer in whose first object they stand."""
    arguments: str = ""
    """What may be sent along, each with the requirement that says what it does."""
    primary: str = "fulfillment_order"
    """Which of them it is about."""
    graphql: str = ""
    """The requirement that its own answer over GraphQL is held to."""
    done: str = "fulfillmentOrder"
    """Fields of its GraphQL payload that are nullable, and are not null where it was carried out."""
    null_when_refused: str = ""
    """The requirement, of a row of its own, that its GraphQL payload has no object beside user errors."""
    rest: str = ""
    """How it travels over REST: the method, and the path below the version."""
    wrapper: str = ""
    """The key that its arguments stand under in the body."""
    scope: str = ""
    """The kind of access scope that its own page names: `assigned` or `third_party`. Others go by the location."""
    actor: str = ""
    """Who may carry it out in the state where it `stands`: a refusal there has no other reason."""
    stands: str = ""
    """A state in which the documents have it succeed."""
    repeatable: bool = False
    """It is about no fulfillment order and changes nothing more when it is done once more."""
    takes_reason: bool = False
    """One of the documented reasons may be given for it, or has to be."""
    needs_arguments: bool = False
    """It cannot be without a body."""
    in_parts: bool = False
    """It takes some of the line items, or a part of their quantity, of one fulfillment order."""
    part: str = ""
    """The requirement that it is about the line items named."""
    whole: str = ""
    """The requirement that it is about all of the fulfillment order where none are named."""
    left: str = ""
    """The requirement that what is not named stays, on the fulfillment order that `shows` has as `left_shown`."""
    left_shown: str = ""
    """See `left`."""
    keeps_request: str = ""
    """The requirement that the request status stays as it was."""
    leaves_rest: bool = False
    """What it is not told to take stays behind in a fulfillment order of its own, in the state that it was in."""
    renews: bool = False
    """The work may go on in a fulfillment order with another id."""
    answers: bool = False
    """The answer has the fulfillment order that was named, and no other."""
    named_shown: str = ""
    """Where the answer has the fulfillment order that was named, of the places in `shows`, where it has others too."""
    follows: str = ""
    """The requirement that the request status `says` what happened: it does not where it was one of `not_after`."""
    says: str = ""
    """The request status that only it leads to."""
    not_after: str = ""
    """The request statuses of what was not asked for it, or no longer."""
    about_holds: bool = False
    """What was on hold need not be so after it: the hold may end, or go on on another part of the work."""
    by_arguments: bool = False
    """What has to follow from it depends on its arguments, which only the sender knows."""

    @property
    def by_id(self) -> bool:
        """Whether its path names the fulfillment order that it is about."""
        return "{order}" in self.rest

    @property
    def of_fulfillment(self) -> bool:
        """Whether it is about a fulfillment, which its path names."""
        return "{fulfillment}" in self.rest
