"""The exit statuses of the program, each once."""

from typing import Final

OF_VERDICT: Final = {"conformant": 0, "nonconformant": 1, "aborted": 2, "inconclusive": 5}
"""The exit status of each verdict."""
INTERRUPTED: Final = OF_VERDICT["aborted"]
BROKEN: Final = 3
"""The suite itself failed."""
BAD_USE: Final = 4
"""Wrong use, wrong configuration, or a target that cannot be judged."""
WORST_FIRST: Final = (
    INTERRUPTED,
    OF_VERDICT["nonconformant"],
    BROKEN,
    OF_VERDICT["inconclusive"],
    OF_VERDICT["conformant"],
)
"""Exit statuses of runs that reached a verdict."""
