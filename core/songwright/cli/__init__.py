"""The command line: parse, call, print."""


def main() -> None:
    """Run the command line."""
    raise SystemExit("songwright: the command line is not here yet")
