"""The cap on orders, and the share that each transport has of it."""

import pytest

from fulfillspec.stage.budget import MOST, Budget


def spent(budget: Budget, transport: str) -> int:
    count = 0
    while budget.refuses(transport) is None:
        budget.made(transport)
        count += 1
    return count


def test_one_transport_may_use_everything() -> None:
    assert spent(Budget(MOST["core"], ["rest"]), "rest") == MOST["core"]


@pytest.mark.parametrize("first", ["rest", "graphql"])
def test_each_transport_has_the_same_share_whichever_comes_first(first: str) -> None:
    budget = Budget(40, ["rest", "graphql"])
    second = {"rest": "graphql", "graphql": "rest"}[first]
    assert (spent(budget, first), spent(budget, second)) == (20, 20)


@pytest.mark.parametrize(("most", "shares"), [(1, (1, 0)), (2, (1, 1)), (5, (3, 2)), (7, (4, 3))])
def test_small_cap_is_shared_too(most: int, shares: tuple[int, int]) -> None:
    budget = Budget(most, ["rest", "graphql"])
    assert (spent(budget, "rest"), spent(budget, "graphql")) == shares


def test_sentence_names_the_key_of_the_target_file() -> None:
    budget = Budget(2, ["rest"])
    spent(budget, "rest")
    assert budget.refuses("rest") == (
        "no more orders are made over rest: 2 were made ([limits] orders in the target file)"
    )
