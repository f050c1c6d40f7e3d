"""The person whom every order of a run names: made up, so nobody's data. Scripts that repeat a request name it again."""

from collections.abc import Mapping
from typing import Final

ADDRESS: Final[Mapping[str, str]] = {
    "first_name": "Ada",
    "last_name": "Example",
    "address1": "1 Test Street",
    "city": "Ottawa",
    "province": "Ontario",
    "country": "Canada",
    "zip": "K1A 0A1",
    "phone": "+16135550123",
}
"""The shipping address of every order, under the names of REST."""
SHIPPING: Final[Mapping[str, str]] = {"title": "Standard", "code": "Standard", "price": "0.00"}
"""How every order is shipped, under the names of REST: without it a store shows no method of delivery."""
EMAIL: Final = "fulfillspec@mail.example.com"
PERSON: Final[Mapping[str, str]] = {
    **{kind: value for kind, value in ADDRESS.items() if kind not in {"province", "country"}},
    "name": f"{ADDRESS['first_name']} {ADDRESS['last_name']}",
    "address2": "Floor 2",
    "company": "Example",
    "email": EMAIL,
}
"""Each kind of personal data as this person has it."""
