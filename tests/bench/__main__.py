"""The benchmarks: ``./toasoan bench WHAT …``."""

import argparse
import sys

from tests.bench import editor, pictures, publish


def main() -> int:
    """Run one benchmark and return its exit code."""
    parser = argparse.ArgumentParser(prog="./toasoan bench", description=__doc__)
    kinds = parser.add_subparsers(required=True)
    for name, module in (("publish", publish), ("editor", editor), ("pictures", pictures)):
        kind = kinds.add_parser(name, help=(module.__doc__ or "").splitlines()[0])
        module.add_options(kind)
        kind.set_defaults(run=module.main)
    options = parser.parse_args()
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
