"""Provisioning, whatever the API: what is made for whom, what is remembered of failures, what the journal keeps."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from fulfillspec.stage.dialect import (
    LINES,
    VARIANTS,
    Found,
    MadeItem,
    MadeOrder,
    MadeProduct,
    MadeService,
    Reply,
    WantedItem,
)
from fulfillspec.stage.journal import Journal, JournalEntry
from fulfillspec.stage.provisioner import Provisioner
from fulfillspec.stage.source import CannotStage, World
from fulfillspec.wire.throttle import OrderPace

REFUSED: Reply[Any] = Reply("refused", refused=True)
BROKEN: Reply[Any] = Reply("answered HTTP 500")
OTHERS = ("service", "other_service", "outsider")


class Words:
    """A dialect whose target does everything, but for what `say` answers instead, the last answer for ever."""

    name = "words"
    removals = 2

    def __init__(self, journal: Journal, *actors: str, say: Mapping[str, list[Reply[Any]]]) -> None:
        self.journal = journal
        self.journalled: dict[str, list[str]] = {}
        self.actors = frozenset(("merchant", *actors))
        self.say = say
        self.steps: list[str] = []
        self.stocked: list[str] = []
        self.everywhere: set[str] = set()
        self.ordered: list[WantedItem] = []
        self.contents: dict[str, dict[str, str]] = {}

    def _reply(self, step: str, fine: Reply[Any]) -> Reply[Any]:
        self.steps.append(step)
        self.journalled[step] = [entry.kind for entry in self.journal.left() if entry.id is None]
        planned = self.say.get(step, [fine])
        return planned.pop(0) if len(planned) > 1 else planned[0]

    def create_service(self, actor: str, name: str, callback: str) -> Reply[MadeService]:
        assert name
        assert callback
        place = {"service": "70", "other_service": "80"}[actor]
        return self._reply(f"create {actor}", Reply("made", MadeService(place[0], place), fine=True))

    def rename_service(self, actor: str, identity: str, name: str) -> Reply[str]:
        return self._reply(f"rename {identity} of {actor} to {name}", Reply("renamed", name, fine=True))

    def existing_service(self, actor: str) -> str | None:
        self.steps.append(f"find {actor}")
        return None

    def merchant_locations(self, services: frozenset[str]) -> Reply[list[str]]:
        found = [place for place in ("1", "2", "3") if place not in services]
        return self._reply("locations", Reply("listed", found, fine=True))

    def create_product(self, tag: str, places: Mapping[str, Sequence[str]]) -> Reply[MadeProduct]:
        assert tag
        variants = {name: (f"v{name}", f"i{name}") for name in places}
        return self._reply("product", Reply("made", MadeProduct("5", variants), fine=True))

    def stock(self, item: str, location: str, tag: str) -> None:
        assert tag
        self.stocked.append(f"{item} at {location}")

    def stocks(self, item: str, location: str) -> bool:
        return f"{item} at {location}" in self.stocked or location in self.everywhere

    def create_order(self, tag: str, items: Sequence[WantedItem], pace: OrderPace) -> Reply[MadeOrder]:
        assert tag
        pace.before()
        self.ordered = list(items)
        shown = tuple(MadeItem(str(n), item.variant, item.units) for n, item in enumerate(items))
        return self._reply("order", Reply("made", MadeOrder("9", "#9", shown), fine=True))

    def remove(self, kind: str, identity: str, actor: str) -> Reply[None]:
        return self._reply(f"remove {kind} {identity} as {actor}", Reply("removed", fine=True, gone=True))

    def settle_order(self, identity: str) -> None:
        self.steps.append(f"settle {identity}")

    def subscribe(self, actor: str, topic: str, address: str) -> Reply[str]:
        return self._reply(f"subscribe {actor} to {topic} at {address}", Reply("made", "5", fine=True))

    def find(self, kind: str, note: str, actor: str) -> Reply[list[Found]]:
        return self._reply(f"find {kind}", Reply("listed", [Found("31", (note,)), Found("32", ("other",))], fine=True))


class Made:
    def __init__(
        self,
        *actors: str,
        wanted: World | None = None,
        say: Mapping[str, list[Reply[Any]]] | None = None,
        **more: list[Reply[Any]],
    ) -> None:
        self.journal = Journal(None)
        self.words = Words(self.journal, *actors, say={**(say or {}), **more})
        self.slept: list[float] = []
        pace = OrderPace("auto", sleep=self.slept.append)
        self.source = Provisioner(self.words, self.journal, "tag", pace, wanted=wanted, sleep=self.slept.append)

    def kinds_left(self) -> list[str]:
        return [entry.kind for entry in self.journal.left()]


@pytest.mark.parametrize(
    "actors", [each for number in range(4) for each in itertools.combinations(OTHERS, number)], ids="+".join
)
def test_every_set_of_actors_gets_an_order(actors: tuple[str, ...]) -> None:
    made = Made(*actors)
    world = made.source.prepare()
    assert world.service == ("70" if "service" in actors else None)
    assert world.other_service == ("80" if "other_service" in actors else None)
    assert made.source.create(("service", "movable"), (1,)).id == "9"


def test_items_of_the_service_are_stocked_at_a_merchant_location_where_there_is_no_service() -> None:
    made = Made()
    made.source.prepare()
    assert made.words.stocked[:LINES] == [f"iservice {n} at 1" for n in range(1, LINES + 1)]
    assert [place[-1] for place in made.words.stocked[LINES:]] == ["1", "2"] * LINES


def test_reason_of_the_first_failure_is_the_one_that_counts() -> None:
    made = Made("service", say={"create service": [REFUSED, Reply("Name has already been taken", refused=True)]})
    for _ in range(5):
        with pytest.raises(CannotStage, match="a fulfillment service could not be created: refused"):
            made.source.create(("movable",), (1,))


def test_preparing_that_fails_alike_twice_is_not_tried_again() -> None:
    made = Made("service", locations=[BROKEN])
    for _ in range(5):
        with pytest.raises(CannotStage, match="locations could not be listed"):
            made.source.prepare()
    assert made.words.steps.count("locations") == 2


def test_what_was_made_before_a_step_failed_is_not_made_again() -> None:
    made = Made("service", locations=[BROKEN, Reply("listed", ["1"], fine=True)])
    with pytest.raises(CannotStage):
        made.source.prepare()
    assert made.source.prepare().merchant == ["1"]
    assert made.words.steps.count("create service") == 1
    assert made.kinds_left() == ["product", "fulfillment service"]


def test_target_without_products_gets_custom_items() -> None:
    made = Made(product=[Reply("POST products.json answered HTTP 404", absent=True, refused=True)])
    order = made.source.create(("movable",), (3, 2))
    assert [(item.title, item.units, item.variant) for item in made.words.ordered] == [
        ("movable 1", 3, None),
        ("movable 2", 2, None),
    ]
    assert order.movable is None
    assert made.source.world.no_products == "POST products.json answered HTTP 404"
    assert made.kinds_left() == ["order"]


def test_order_may_have_as_many_line_items_as_there_are_items_of_a_kind() -> None:
    made = Made()
    made.source.create(("movable",), tuple(range(1, LINES + 1)))
    assert [item.units for item in made.words.ordered] == list(range(1, LINES + 1))


def test_order_says_which_of_its_items_may_be_moved() -> None:
    order = Made("service").source.create(("service", "movable"), (3, 2))
    assert order.movable == frozenset({"2", "3"})
    assert order.units == {"0": 3, "1": 2, "2": 3, "3": 2}


@pytest.mark.parametrize(
    ("reply", "kept"), [(REFUSED, []), (BROKEN, ["order"]), (Reply("timed out", answered=False), ["order"])]
)
def test_order_stays_in_the_journal_unless_it_was_surely_not_made(reply: Reply[Any], kept: list[str]) -> None:
    made = Made(order=[reply])
    with pytest.raises(CannotStage, match="an order could not be created"):
        made.source.create(("movable",), (1,))
    assert made.kinds_left() == [*kept, "product"]
    assert made.source.orders_created == 0


def test_what_is_about_to_be_created_is_in_the_journal_already() -> None:
    made = Made("service", "other_service")
    made.source.create(("service", "movable"), (1,))
    services = ["create service", "create other_service"]
    assert [made.words.journalled[step] for step in (*services, "product", "order")] == [
        ["fulfillment service"],
        ["fulfillment service"],
        ["product"],
        ["order"],
    ]
    assert [entry.id for entry in made.journal.left()] == ["9", "5", "8", "7"]


def test_product_with_too_few_usable_variants_is_named() -> None:
    made = Made(product=[Reply("made", MadeProduct("5", {VARIANTS[0]: ("1", "2")}), fine=True)])
    with pytest.raises(CannotStage, match="came back with 1 usable ones"):
        made.source.prepare()
    assert made.kinds_left() == ["product"]


def test_order_refused_for_too_many_is_sent_again() -> None:
    made = Made(order=[Reply("too many", refused=True, too_many=True), Reply("made", MadeOrder("9"), fine=True)])
    assert made.source.create(("movable",), (1,)).id == "9"
    assert made.slept


def test_order_that_cannot_be_deleted_is_settled_first() -> None:
    made = Made(say={"remove order 9 as merchant": [REFUSED, REFUSED, Reply("gone", gone=True)]})
    assert made.source.remove(JournalEntry(1, "order", "tag", "9")) is None
    assert made.words.steps == ["remove order 9 as merchant", "settle 9", *["remove order 9 as merchant"] * 2]
    assert made.slept == [0.5]


def test_order_that_stays_is_explained() -> None:
    made = Made(say={"remove order 9 as merchant": [REFUSED]})
    assert made.source.remove(JournalEntry(1, "order", "tag", "9")) == "refused"


def test_thing_whose_creation_was_never_answered_is_found_by_what_it_bears() -> None:
    made = Made()
    made.journal.intend("order", "tag")
    assert made.source.remove(made.journal.left()[0]) is None
    assert made.words.steps == ["find order", "remove order 31 as merchant"]


def test_service_is_removed_by_the_app_that_made_it_or_else_by_the_merchant() -> None:
    entry = JournalEntry(1, "fulfillment service", "tag other service", "8")
    for actors, by in ((("other_service",), "other_service"), ((), "merchant")):
        made = Made(*actors)
        assert made.source.remove(entry) is None
        assert made.words.steps == [f"remove fulfillment service 8 as {by}"]


@pytest.mark.parametrize(("refusals", "tries"), [(0, 1), (1, 2), (3, 4), (9, 4)])
def test_order_is_sent_four_times_at_most(refusals: int, tries: int) -> None:
    too_many: Reply[MadeOrder] = Reply("too many", refused=True, too_many=True)
    made = Made(order=[*[too_many] * refusals, Reply("made", MadeOrder("9"), fine=True)])
    if tries > refusals:
        assert made.source.create(("movable",), (1,)).id == "9"
    else:
        with pytest.raises(CannotStage, match="an order could not be created: too many"):
            made.source.create(("movable",), (1,))
    assert made.words.steps.count("order") == tries


def test_removal_of_a_settled_order_is_tried_with_growing_pauses() -> None:
    made = Made(say={"remove order 9 as merchant": [REFUSED]})
    made.words.removals = 4
    made.source.remove(JournalEntry(1, "order", "tag", "9"))
    assert (made.words.steps.count("remove order 9 as merchant"), made.slept) == (5, [0.5, 1.0, 2.0])


@pytest.mark.parametrize("kind", ["product", "webhook", "fulfillment service", "zzz"])
def test_only_an_order_is_settled_before_its_removal_is_tried_again(kind: str) -> None:
    made = Made(say={f"remove {kind} 9 as merchant": [REFUSED]})
    assert made.source.remove(JournalEntry(1, kind, "tag", "9")) == "refused"
    assert made.words.steps == [f"remove {kind} 9 as merchant"]


def test_all_that_bear_the_note_are_removed_but_what_the_journal_knows() -> None:
    found = [Found("31", ("tag",)), Found("32", ("x", "tag")), Found("33", ("other",)), Found("9", ("tag",))]
    made = Made(say={"find order": [Reply("listed", found, fine=True)]})
    made.journal.created(made.journal.intend("order", "tag"), "9")
    made.journal.intend("order", "tag")
    assert made.source.remove(made.journal.left()[0]) is None
    assert made.words.steps == ["find order", "remove order 31 as merchant", "remove order 32 as merchant"]


def test_thing_without_an_id_that_stays_is_explained() -> None:
    """Why it could not be listed, or why the first of those that were found could not be removed."""
    unlisted = Made(say={"find order": [REFUSED]})
    assert unlisted.source.remove(JournalEntry(1, "order", "tag")) == "refused"
    found = [Found("31", ("tag",)), Found("32", ("tag",)), Found("33", ("tag",))]
    kept: dict[str, list[Reply[Any]]] = {
        "find product": [Reply("listed", found, fine=True)],
        "remove product 32 as merchant": [Reply("no, it is sold", refused=True)],
    }
    made = Made(say=kept)
    assert made.source.remove(JournalEntry(1, "product", "tag")) == "no, it is sold"
    assert made.words.steps[1:] == ["remove product 31 as merchant", "remove product 32 as merchant"]


@pytest.mark.parametrize(
    ("listed", "merchant", "unstocked"),
    [
        (["1"], ["1"], None),
        (["1", "2"], ["1", "2"], None),
        (["1", "2", "3"], ["1", "2"], "3"),
        (list("1234"), ["1", "2"], "3"),
    ],
)
def test_two_locations_stock_the_items_and_the_third_does_not(
    listed: list[str], merchant: list[str], unstocked: str | None
) -> None:
    world = Made(locations=[Reply("listed", listed, fine=True)]).source.prepare()
    assert (world.merchant, world.unstocked) == (merchant, unstocked)
    named = Made(wanted=World(merchant=listed, service="77"))
    world = named.source.prepare()
    assert (world.merchant, world.unstocked, world.service) == (merchant, unstocked, "77")
    assert "locations" not in named.words.steps
    without = Made(
        locations=[Reply("listed", listed, fine=True)], product=[Reply("no products", absent=True, refused=True)]
    )
    assert without.source.prepare().unstocked is None, "where nothing is stocked all are alike"


@pytest.mark.parametrize(("everywhere", "unstocked"), [("", "3"), ("3", "4"), ("34", "5"), ("345", None)])
def test_location_that_stocks_what_is_new_is_not_one_that_never_did(everywhere: str, unstocked: str | None) -> None:
    made = Made(locations=[Reply("listed", list("123456"), fine=True)])
    made.words.everywhere.update(everywhere)
    assert made.source.prepare().unstocked == unstocked


def test_store_without_a_location_of_its_own_is_named() -> None:
    with pytest.raises(CannotStage, match="the store shows no merchant-managed location"):
        Made(locations=[Reply("listed", [], fine=True)]).source.prepare()


def test_service_that_is_named_is_not_made_and_the_other_may_be_missing() -> None:
    made = Made("service", "other_service", wanted=World(service="77"), say={"create other_service": [REFUSED]})
    world = made.source.prepare()
    assert (world.service, world.other_service) == ("77", None)
    assert made.words.steps[:2] == ["create other_service", "find other_service"]
    assert made.kinds_left() == ["product"], "what was refused was not made"


def test_items_that_an_order_does_not_show_whole_are_not_known() -> None:
    items = (
        MadeItem("1", "vmovable 1", 3),
        MadeItem("2", "vservice 1", None),
        MadeItem("3", None, 2),
        MadeItem("4", "x", 1),
    )
    made = Made("service", order=[Reply("made", MadeOrder("9", "#9", items), fine=True)])
    order = made.source.create(("movable",), (3,))
    assert order.movable == frozenset({"1"})
    assert order.units == {"1": 3, "3": 2, "4": 1}
    assert order.items == {"1": ("vmovable 1", "imovable 1"), "2": ("vservice 1", "iservice 1")}
    bare = Made("service", order=[Reply("made", MadeOrder("9"), fine=True)]).source.create(("movable",), (3,))
    assert (bare.movable, bare.units, bare.items) == (None, None, {})
    for unusable in (
        Reply("made", MadeOrder(None), fine=True),
        Reply("made", MadeOrder("9")),
        Reply("made", fine=True),
    ):
        with pytest.raises(CannotStage, match="an order could not be created: made"):
            Made(order=[unusable]).source.create(("movable",), (1,))


@pytest.mark.parametrize("stocked", [False, True])
def test_stock_that_came_with_the_product_is_not_set(*, stocked: bool) -> None:
    variants = {name: (f"v{name}", f"i{name}") for name in VARIANTS}
    made = Made("service", product=[Reply("made", MadeProduct("5", variants, stocked), fine=True)])
    made.source.prepare()
    assert made.words.stocked == (
        [] if stocked
        else [f"iservice {n} at 70" for n in (1, 2, 3)]
        + [f"imovable {n} at {place}" for n in (1, 2, 3) for place in ("1", "2", "70")]
    )  # fmt: skip


def test_service_has_another_name_while_the_block_lasts() -> None:
    made = Made("service")
    made.source.prepare()
    with made.source.renamed("service"):
        assert made.words.steps[-1] == "rename 7 of service to tag service renamed"
    assert made.words.steps[-1] == "rename 7 of service to tag service"
    with pytest.raises(CannotStage, match="no fulfillment service was made"), made.source.renamed("other_service"):
        pass


@pytest.mark.parametrize("reply", [REFUSED, Reply("kept", "tag service", fine=True), Reply("nothing shown", fine=True)])
def test_service_gets_its_name_back_where_its_location_keeps_it(reply: Reply[Any]) -> None:
    made = Made("service", say={"rename 7 of service to tag service renamed": [reply]})
    made.source.prepare()
    with pytest.raises(CannotStage, match="keeps its name"), made.source.renamed("service"):
        pass
    assert made.words.steps[-1] == "rename 7 of service to tag service"
