"""The routing matrix: its two costly cells have names, counts and bounds, and a case counts by its worst trial."""

from support.eval_runs import a_case, a_check, a_run, routed

from warmline.evals.gating.routing import matrix
from warmline.evals.stats.rates import Counted


def test_a_person_that_did_not_come_is_a_missed_hand_off() -> None:
    run = a_run(
        a_case("due", every={"routing": routed("human", "bot", "angry")}),
        *[a_case(f"fine-{number}", every={"routing": routed("human", "human", "angry", named="angry")}) for number in range(59)],
    )
    found = matrix(run)
    assert found.cells == {"human": {"bot": 1, "human": 59}}
    assert (found.missed.cases, found.missed.of, found.missed.ids) == (1, 60, ("due",))
    assert round(found.missed.bound, 3) == 0.077


def test_none_of_sixty_is_a_bound_and_not_nothing() -> None:
    run = a_run(*[a_case(f"c-{number}", every={"routing": routed("human", "human", "angry")}) for number in range(60)])
    assert round(matrix(run).missed.bound, 3) == 0.049


def test_a_person_that_was_not_needed_costs_minutes() -> None:
    found = matrix(a_run(a_case("one", every={"routing": routed("bot", "human")})), minutes=7.5)
    assert (found.needless.cases, found.needless.of, found.agent_minutes) == (1, 1, 7.5)


def test_one_bad_trial_makes_a_case_a_missed_hand_off() -> None:
    bad = {"routing": routed("human", "bot", "angry"), "why": "x"}
    run = a_run(a_case("one", "++x+++++", every={"routing": routed("human", "human", "angry", named="angry")}, failed=bad))
    found = matrix(run)
    assert (found.missed.cases, found.missed.times, found.missed.of) == (1, 1, 1)
    assert found.cells == {"human": {"bot": 1}}


def test_an_offer_is_no_person() -> None:
    found = matrix(a_run(a_case("one", every={"routing": routed("human", "offer", "emotional")})))
    assert found.missed.cases == 1
    assert found.columns == ("bot", "offer", "human")


def test_a_hand_off_with_facts_is_a_hand_off() -> None:
    found = matrix(a_run(a_case("one", every={"routing": routed("human", "gather", "dispute", named="dispute")})))
    assert found.missed.cases == 0


def test_trials_that_were_not_counted_say_nothing() -> None:
    found = matrix(a_run(a_case("one", "!!", every={"routing": routed("human", "bot")}), a_case("two")))
    assert (found.rows, found.unsaid, found.missed.of) == ((), 1, 0)


def test_recall_is_by_reason_and_says_whether_the_reason_was_right() -> None:
    run = a_run(
        a_case("a", every={"routing": routed("human", "human", "angry", named="angry")}),
        a_case("b", every={"routing": routed("human", "human", "angry", named="unsure")}),
        a_case("c", every={"routing": routed("human", "bot", "angry", named="angry")}),
        a_case("d", every={"routing": routed("human", "human", "dispute", "angry", named="angry")}),
    )
    angry, either = matrix(run).recalls
    assert (angry.reason, angry.reached, angry.named) == ("angry", Counted(2, 3), 1)
    assert (either.reason, either.reached, either.named) == ("dispute or angry", Counted(1, 1), 1)


def test_a_person_who_does_not_come_in_a_later_turn_is_missed_too() -> None:
    check = a_check("turn[2].route.to", turn=2)
    failed = {"why": "x", "checks": (check,), "routing": routed("human", "human", "angry", named="angry")}
    found = matrix(a_run(a_case("one", "xxx", failed=failed), a_case("two", every=failed)))
    assert (found.missed.cases, found.missed.of) == (2, 2)
    assert found.cells == {"human": {"bot": 2}}
    assert found.recalls[0].reached == Counted(0, 2)


def test_a_conversation_may_expect_the_agent_first_and_then_a_person() -> None:
    first = a_check("turn[1].route.to", passed=True, turn=1, expected="bot", observed="bot")
    second = a_check("turn[2].route.to", passed=True, turn=2, expected="human", observed="human")
    found = matrix(a_run(a_case("one", every={"checks": (first, second)})))
    assert (found.missed.of, found.needless.of, found.missed.cases, found.needless.cases) == (1, 1, 0, 0)
