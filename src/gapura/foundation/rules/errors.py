"""What is wrong with a law, a table of its parameters, or what it was asked."""


class LawError(Exception):
    """The law does not load. ``str()`` is ``file:line: what is wrong. What to do.``"""

    def __init__(self, place: str, problem: str, remedy: str) -> None:
        super().__init__(f"{place}: {problem} {remedy}")
        self.place = place
        self.problem = problem
        self.remedy = remedy


class BadInput(ValueError):
    """A datum that the law cannot reckon with. ``name`` is the input's; ``str()`` says what, why and what to do."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


class WouldOverflow(Exception):
    """A figure of the law could leave 64 bits, so no columns are made of it. ``str()`` names rule, place and remedy."""
