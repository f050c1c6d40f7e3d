"""The cap on orders, and the share that each transport leaves the others."""

import pytest

from fulfillspec.stage.budget import MOST, SHARE, Budget


def spent(budget: Budget, transport: str) -> int:
    count = 0
    while budget.refuses(transport) is None:
        budget.made(transport)
        count += 1
    return count


def test_one_transport_may_use_everything() -> None:
    assert spent(Budget(MOST["core"], ["rest"]), "rest") == MOST["core"]


def test_first_transport_leaves_the_second_its_share() -> None:
    budget = Budget(40, ["rest", "graphql"])
    assert spent(budget, "rest") == 40 - SHARE
    assert spent(budget, "graphql") == SHARE


def test_what_the_first_did_not_use_is_the_seconds() -> None:
    budget = Budget(40, ["rest", "graphql"])
    for _ in range(9):
        budget.made("rest")
    assert spent(budget, "graphql") == 40 - SHARE
    assert spent(budget, "rest") == SHARE - 9


@pytest.mark.parametrize("most", [1, 2, 5])
def test_small_cap_is_shared_too(most: int) -> None:
    budget = Budget(most, ["rest", "graphql"])
    assert spent(budget, "rest") + spent(budget, "graphql") == most


def test_sentence_names_the_key_of_the_target_file() -> None:
    budget = Budget(2, ["rest"])
    spent(budget, "rest")
    assert budget.refuses("rest") == (
        "no more orders are made over rest: 2 were made ([limits] orders in the target file)"
    )
