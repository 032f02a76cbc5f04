"""Where the command ``dlbook`` begins: an interrupt that comes while it loads is one line too."""

import sys

INTERRUPTED = 130  # 128 and the number of the signal, as shells count


def main() -> int:
    """Run one command and return its exit code."""
    try:
        from dlbook.cli import main as command

        return command()
    except KeyboardInterrupt:
        print("dlbook: interrupted", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
