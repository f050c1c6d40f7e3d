"""The fleet room: many targets, each version of each a run of its own, and the board that sets them side by side."""
