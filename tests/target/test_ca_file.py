"""A target with a certificate of a private authority."""

from pathlib import Path

import pytest

from fulfillspec.target.profile import BadTarget, load


def test_ca_file_is_found_from_the_target_file(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n", "utf-8")
    (tmp_path / "target.toml").write_text('ca_file = "ca.pem"\n', "utf-8")
    assert load(tmp_path / "target.toml", {}, {}).ca_file == str(tmp_path / "ca.pem")


def test_ca_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "target.toml").write_text('ca_file = "none.pem"\n', "utf-8")
    with pytest.raises(BadTarget, match=r"'ca_file' at the top: there is no file .*none\.pem"):
        load(tmp_path / "target.toml", {}, {})


def test_cap_on_orders_is_an_integer_above_zero(tmp_path: Path) -> None:
    for value, fine in (("12", True), ("0", False), ("1.5", False), ("true", False)):
        (tmp_path / "target.toml").write_text(f"[limits]\norders = {value}\n", "utf-8")
        if fine:
            assert load(tmp_path / "target.toml", {}, {}).orders == 12
        else:
            with pytest.raises(BadTarget, match="'orders' in \\[limits\\]: expected an integer above 0"):
                load(tmp_path / "target.toml", {}, {})
