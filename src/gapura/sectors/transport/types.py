"""The words of the vehicle register that every country shares; licence classes and offences are the country's."""

from enum import StrEnum


class VehicleClass(StrEnum):
    MOTORCYCLE = "motorcycle"
    CAR = "car"
    BUS = "bus"
    TRUCK = "truck"
    SPECIAL = "special"


class Fuel(StrEnum):
    PETROL = "petrol"
    DIESEL = "diesel"
    GAS = "gas"
    HYBRID = "hybrid"
    ELECTRIC = "electric"


class Acquisition(StrEnum):
    """How the owner came by the vehicle."""

    NEW = "new"
    PURCHASE = "purchase"
    INHERITANCE = "inheritance"
    GIFT = "gift"
    RULING = "ruling"


class CannotTransferVehicle(Exception):
    """The vehicle stays whose it is; ``refusal`` names the country's words for why (refusals.yaml)."""

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal)
        self.refusal = refusal
