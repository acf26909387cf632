"""The words of the land register that every country shares; rights and land classes are the country's."""


class CannotTransferLand(Exception):
    """The right stays whose it is; ``refusal`` names the country's words for why (refusals.yaml)."""

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal)
        self.refusal = refusal
