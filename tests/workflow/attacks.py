"""A register of attacks on a history: each by its name, with the rule that it breaks.

An attack takes the site and whether to be honest: the honest one is its control. It knows neither
what an attack does nor how the auditor is asked.
"""

from collections.abc import Callable

from tests.workflow.forge import Forge
from workflow.verification import Rule

Attack = Callable[[Forge, bool], None]


class Attacks(dict[str, tuple[Rule, Attack]]):
    """The attacks of one file."""

    def breaks(self, rule: Rule) -> Callable[[Attack], Attack]:
        """Register the decorated attack as one that breaks ``rule``."""

        def register(attack: Attack) -> Attack:
            self[attack.__name__] = (rule, attack)
            return attack

        return register
