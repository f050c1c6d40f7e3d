"""Names and codes of countries and provinces: REST shows addresses by name, GraphQL by code."""

_COUNTRIES = {
    "AT": "Austria",
    "AU": "Australia",
    "BE": "Belgium",
    "BR": "Brazil",
    "CA": "Canada",
    "CH": "Switzerland",
    "DE": "Germany",
    "DK": "Denmark",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "United Kingdom",
    "IE": "Ireland",
    "IN": "India",
    "IT": "Italy",
    "JP": "Japan",
    "MX": "Mexico",
    "NL": "Netherlands",
    "NO": "Norway",
    "NZ": "New Zealand",
    "PL": "Poland",
    "PT": "Portugal",
    "SE": "Sweden",
    "US": "United States",
}
_CODES = {name: code for code, name in _COUNTRIES.items()}
_PROVINCES = {
    ("CA", "AB"): "Alberta",
    ("CA", "BC"): "British Columbia",
    ("CA", "MB"): "Manitoba",
    ("CA", "NB"): "New Brunswick",
    ("CA", "NL"): "Newfoundland and Labrador",
    ("CA", "NS"): "Nova Scotia",
    ("CA", "ON"): "Ontario",
    ("CA", "PE"): "Prince Edward Island",
    ("CA", "QC"): "Quebec",
    ("CA", "SK"): "Saskatchewan",
    ("US", "CA"): "California",
    ("US", "KY"): "Kentucky",
    ("US", "NY"): "New York",
    ("US", "TX"): "Texas",
    ("US", "WA"): "Washington",
}


def country(code: str | None) -> str | None:
    """Return the name of a country by its code; the code itself where the name is not known."""
    return None if code is None else _COUNTRIES.get(code, code)


def country_code(name: str | None) -> str | None:
    """Return the code of a country by its name or code; None where it is not known."""
    if name is None:
        return None
    return name if name in _COUNTRIES else _CODES.get(name)


def province(country_of: str | None, code: str | None) -> str | None:
    """Return the name of a province by the codes of country and province; the code where the name is not known."""
    return None if code is None else _PROVINCES.get((country_of or "", code), code)
