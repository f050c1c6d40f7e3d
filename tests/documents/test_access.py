"""The rules of access: what they name exists, and who is entitled is not among those who are tried."""

import pytest

from fulfillspec.documents import access, lifecycle, register

ENTITLED = {
    "submit": {"merchant"},
    "accept": {"service"},
    "reject": {"service"},
    "submit_cancellation": {"merchant"},
    "accept_cancellation": {"service"},
    "reject_cancellation": {"service"},
    "close": {"service"},
}


@pytest.mark.parametrize("of_state", access.trials(), ids=lambda each: each.state)
def test_trial_names_a_known_state_and_known_rows(of_state: access.Trial) -> None:
    assert of_state.state in lifecycle.load().states
    assert of_state.requirements <= register.load().requirements.keys()
    assert {attempt.cell.outcome for attempt in of_state.attempts} == {"refuse"}


def test_entitled_caller_is_never_tried() -> None:
    tried = {(attempt.cell.action, attempt.cell.actor) for trial in access.trials() for attempt in trial.attempts}
    assert tried.isdisjoint((action, actor) for action, actors in ENTITLED.items() for actor in actors)


def test_callers_without_any_access_try_every_operation() -> None:
    for trial in access.trials():
        actions = {attempt.cell.action for attempt in trial.attempts}
        for actor in ("anonymous", "outsider", "reader"):
            assert {each.cell.action for each in trial.attempts if each.cell.actor == actor} == actions


def test_row_that_speaks_of_scopes_says_which_the_app_lacks() -> None:
    for trial in access.trials():
        for attempt in trial.attempts:
            about_scopes = "-SCOPE-" in str(attempt.cell.requirement) and attempt.cell.actor != "anonymous"
            assert bool(attempt.lacking) == about_scopes


def test_another_service_is_tried_only_where_the_assigned_scopes_reach_its_own_locations() -> None:
    at_services = [
        attempt
        for trial in access.trials()
        for attempt in trial.attempts
        if attempt.cell.actor == "other_service" and trial.state.startswith("service:")
    ]
    assert at_services
    assert {attempt.reach for attempt in at_services} == {"own"}
