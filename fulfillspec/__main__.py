"""`python -m fulfillspec` is the command `fulfillspec`."""

from fulfillspec.cli import main

if __name__ == "__main__":
    main()
