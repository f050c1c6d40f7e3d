"""`fleet.toml`: what it says is read strictly, and each mistake is told in one sentence."""

from pathlib import Path

import pytest
from fleets import described, sandboxes

from fulfillspec.fleet.file import BadTarget
from fulfillspec.fleet.plan import jobs, store_of

SECRET = "shpat_0123456789abcdef"


def test_defaults_hold_where_a_target_says_nothing_else(tmp_path: Path) -> None:
    text = """
        title = "Mocks"
        [defaults]
        versions = ["2025-10", "2024-10"]
        areas = ["closing"]
        limits = { requests_per_second = 2, orders = 30 }
        [[target]]
        name = "one"
        base_url = "http://127.0.0.1:8080"
        tokens = { merchant = "ONE_TOKEN" }
        limits = { orders = 12 }
        [[target]]
        name = "two"
        sandbox = true
        versions = ["2025-10"]
        mutants = ["move-what-is-accepted"]
        depth = "certify"
        """
    fleet = described(tmp_path, text)
    one, two = fleet.targets
    assert fleet.title == "Mocks"
    assert (one.versions, one.areas, one.depth) == (("2025-10", "2024-10"), ("closing",), "core")
    assert one.limits == {"requests_per_second": 2, "orders": 12}
    assert (two.versions, two.depth, two.sandbox) == (("2025-10",), "certify", True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no target: expected [[target]] at least once"),
        ("[[targets]]\nname = 'x'", "Unknown key 'targets' at the top: did you mean 'target'?"),
        ("[target]\nname = 'x'", "Write each as [[target]]"),
        ("[[target]]\nsandbox = true", "expected a name of letters, digits"),
        ("[[target]]\nname = '../x'\nsandbox = true", "expected a name of letters, digits"),
        ("[[target]]\nname = 'latest'\nsandbox = true", "expected a name of letters, digits"),
        ("[[target]]\nname = 'x'", "expected one of base_url, sandbox = true, file and"),
        ("[[target]]\nname = 'x'\nsandbox = true\nbase_url = 'http://a'", "expected one of base_url, sandbox = true"),
        ("[[target]]\nname = 'x'\nbase_url = 'a.example'", "is no http or https URL with a host"),
        ("[[target]]\nname = 'x'\nfile = 'no.toml'", "there is no file"),
        ("[[target]]\nname = 'x'\nsandbox = true\nversions = ['2025-13']", "is not an API version: expected YYYY-MM"),
        ("[[target]]\nname = 'x'\nsandbox = true\nversions = []", "at least one API version"),
        ("[[target]]\nname = 'x'\nsandbox = true\nareas = ['hold']", "did you mean 'holds'?"),
        ("[[target]]\nname = 'x'\nsandbox = true\ntransports = ['soap']", "Unknown word 'soap' in transports"),
        ("[[target]]\nname = 'x'\nsandbox = true\ndepth = 'deep'", "Unknown depth 'deep'"),
        ("[[target]]\nname = 'x'\nsandbox = true\nlimits = { orders = 0 }", "expected an integer above 0"),
        ("[[target]]\nname = 'x'\nsandbox = true\nlimits = { order = 1 }", "did you mean 'orders'?"),
        ("[[target]]\nname = 'x'\nsandbox = true\nminutes = -1", "expected a number above 0"),
        ("[[target]]\nname = 'x'\nbase_url = 'http://a.example'\nmutants = ['y']", "belong to a sandbox"),
        ("[[target]]\nname = 'x'\nsandbox = true\nconnector = '/c'", "belongs to a base_url"),
        ("[[target]]\nname = 'x'\nsandbox = true\nbuild = 'a/b'", "expected letters, digits"),
        ("[[target]]\nname = 'x'\nsandbox = true\nbuild_env = 'NO_SUCH'", "NO_SUCH is not set"),
        ("[defaults]\ndepth = 'deep'\n" + sandboxes("x"), "Unknown depth 'deep' in [defaults]"),
        ("[defaults]\nname = 'x'\n" + sandboxes("x"), "Unknown key 'name' in [defaults]"),
        (sandboxes("x", "X"), "Two targets are called 'X'"),
        ("title = ", "is not valid TOML"),
    ],
)
def test_mistake_is_told_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadTarget) as told:
        described(tmp_path, text)
    assert said in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("line", [f"token = '{SECRET}'", f"tokens = {{ merchant = '{SECRET}-a' }}"])
def test_token_in_the_file_is_refused_and_not_repeated(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadTarget) as told:
        described(tmp_path, f"[[target]]\nname = 'x'\nbase_url = 'http://a.example'\n{line}")
    assert SECRET not in str(told.value)


def test_target_that_there_is_not_cannot_be_chosen(tmp_path: Path) -> None:
    fleet = described(tmp_path, sandboxes("alpha", "beta"))
    assert fleet.chosen(["beta"]) == {"beta"}
    with pytest.raises(BadTarget, match="did you mean 'alpha'"):
        fleet.chosen(["alpa"])


def test_target_at_each_version_is_a_job(tmp_path: Path) -> None:
    found = jobs(described(tmp_path, sandboxes("x", "y", more='versions = ["2025-10", "2024-10"]\n')))
    assert [job.id for job in found] == ["x@2025-10", "x@2024-10", "y@2025-10", "y@2024-10"]
    assert len({job.digest for job in found}) == 4


def test_each_sandbox_is_a_store_of_its_own_and_each_host_is_one(tmp_path: Path) -> None:
    assert {job.store for job in jobs(described(tmp_path, sandboxes("x", "y")))} == {""}
    assert store_of("http://127.0.0.1:8080/a") == store_of("http://localhost:8080/b")
    assert store_of("http://127.0.0.1:8080") != store_of("http://127.0.0.1:8081")
    assert store_of("https://Shop.MyShopify.com") == store_of("https://shop.myshopify.com.:443/x")


def test_two_addresses_can_be_said_to_be_one_store(tmp_path: Path) -> None:
    text = "".join(
        f"[[target]]\nname = '{name}'\nbase_url = 'https://{name}.example'\nstore = 'shared'\n" for name in ("a", "b")
    )
    assert {job.store for job in jobs(described(tmp_path, text))} == {"shared"}


def test_target_file_is_used_where_it_lies_and_says_which_variables_it_reads(tmp_path: Path) -> None:
    (tmp_path / "statement.toml").write_text('vendor = "V"\nproduct = "P"\nversion = "1"\n', "utf-8")
    (tmp_path / "vendor.toml").write_text(
        'base_url = "https://a.example"\n[actors.merchant]\ntoken_env = "A_TOKEN"\n', "utf-8"
    )
    (job,) = jobs(described(tmp_path, "[[target]]\nname = 'a'\nfile = 'vendor.toml'\nareas = ['closing']\n"))
    assert job.file == str(tmp_path / "vendor.toml")
    assert job.store == "a.example:443"
    assert job.reads["A_TOKEN"] == "A_TOKEN"
    assert set(job.files) == {"target.toml", "statement.toml"}
    assert job.options[-4:] == ("--area", "closing", "--depth", "core")


def test_limits_belong_into_the_target_file_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "vendor.toml").write_text('base_url = "https://a.example"\n', "utf-8")
    with pytest.raises(BadTarget, match="write the limits into vendor"):
        described(tmp_path, "[[target]]\nname = 'a'\nfile = 'vendor.toml'\nlimits = { orders = 3 }\n")


def test_target_file_without_an_address_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "vendor.toml").write_text('api_version = "2025-10"\n', "utf-8")
    with pytest.raises(BadTarget, match="has no base_url"):
        jobs(described(tmp_path, "[[target]]\nname = 'a'\nfile = 'vendor.toml'\n"))


def test_build_is_taken_from_the_environment(tmp_path: Path) -> None:
    text = sandboxes("x", more='build_env = "COMMIT"\n')
    (job,) = jobs(described(tmp_path, text, {"COMMIT": "a1b2"}))
    (other,) = jobs(described(tmp_path, text, {"COMMIT": "c3d4"}))
    assert (job.build, other.build) == ("a1b2", "c3d4")
    assert job.digest != other.digest
