"""A parcel, a vehicle and shares change hands once: whoever is second, or may not, is told why."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from time import sleep
from typing import Any

import pytest

from gapura.foundation.testing import answers_at_once
from gapura.kernel.audit.types import system_actor
from gapura.sectors.business import actions as business_actions
from gapura.sectors.business.actions import transfer_shares
from gapura.sectors.business.models import ShareEntry
from gapura.sectors.business.testing import BUSINESS, make_business, make_share
from gapura.sectors.business.types import CannotTransferShares
from gapura.sectors.property import actions as land_actions
from gapura.sectors.property import testing as land
from gapura.sectors.property.actions import Buyer, transfer_land
from gapura.sectors.property.models import RightEntry
from gapura.sectors.property.types import CannotTransferLand
from gapura.sectors.transport import actions as traffic_actions
from gapura.sectors.transport import testing as traffic
from gapura.sectors.transport.actions import transfer_vehicle
from gapura.sectors.transport.models import OwnershipEntry
from gapura.sectors.transport.types import CannotTransferVehicle

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
TODAY = date(2026, 5, 4)
ANI, BUDI, CITRA = "3171014205900001", "3171010105880002", "3171014101800003"
PARCEL, PLATE = "31710000000010", "B 1234 KLM"
ACTOR = system_actor("test")
NAMES = {ANI: "Ani Wijaya", BUDI: "Budi Santoso", CITRA: "Citra Dewi"}

Changed = tuple[str, str]


def sell_vehicle(buyer: str = BUDI, *, seller: str = ANI, case: str = "CASE1", now: datetime = NOW) -> OwnershipEntry:
    return transfer_vehicle(actor=ACTOR, plate_number=PLATE, seller=seller, buyer=buyer, case_number=case, now=now)


def sell_land(
    buyer: str = BUDI, *, seller: str = ANI, agreed: tuple[str, ...] = (), case: str = "CASE1", now: datetime = NOW
) -> list[RightEntry]:
    return transfer_land(
        actor=ACTOR,
        parcel_number=PARCEL,
        seller=seller,
        buyer=Buyer(buyer, NAMES[buyer]),
        agreed=agreed,
        case_number=case,
        now=now,
    )


def sell_shares(
    buyer: str = BUDI, shares: int = 60, *, seller: str = ANI, case: str = "CASE1", now: datetime = NOW
) -> ShareEntry:
    return transfer_shares(
        actor=ACTOR, business_number=BUSINESS, seller=seller, buyer=buyer, shares=shares, case_number=case, now=now
    )


def owners(on: date = TODAY) -> list[str]:
    return list(OwnershipEntry.objects.as_of(on).known_at(None).values_list("owner_number", flat=True))


def holders(on: date = TODAY) -> dict[str, str]:
    standing = RightEntry.objects.as_of(on).known_at(None).order_by("id")
    return {one.holder_number: f"{one.share_numerator}/{one.share_denominator}" for one in standing}


def shareholders(on: date = TODAY) -> dict[str, int]:
    return dict(ShareEntry.objects.as_of(on).known_at(None).values_list("holder_number", "shares"))


def _slowly(judge: Callable[..., str | None]) -> Callable[..., str | None]:
    def find_obstacle(*things: Any, **facts: Any) -> str | None:
        found = judge(*things, **facts)
        sleep(0.3)
        return found

    return find_obstacle


@pytest.mark.django_db
class TestVehicles:
    def test_the_buyer_owns_it_from_the_day_of_sale_and_the_seller_until_then(self) -> None:
        traffic.make_vehicle(ANI)
        owned = sell_vehicle()
        assert (owned.owner_number, owned.ownership_book, owned.valid_from) == (BUDI, "CASE1", TODAY)
        assert (owners(TODAY - timedelta(days=1)), owners()) == ([ANI], [BUDI])

    def test_what_stands_against_it_is_named_and_nothing_changes(self) -> None:
        vehicle = traffic.make_vehicle(ANI)
        with pytest.raises(CannotTransferVehicle, match="vehicle-not-yours"):
            sell_vehicle(seller=CITRA)
        with pytest.raises(CannotTransferVehicle, match="buyer-is-owner"):
            sell_vehicle(ANI)
        lien = traffic.make_lien(vehicle)
        with pytest.raises(CannotTransferVehicle, match="vehicle-has-lien"):
            sell_vehicle()
        lien.delete()
        theft = traffic.make_theft(vehicle)
        with pytest.raises(CannotTransferVehicle, match="vehicle-reported-stolen"):
            sell_vehicle()
        theft.delete()
        assert owners() == [ANI]
        sell_vehicle()
        assert owners() == [BUDI]

    def test_what_was_bought_today_is_sold_tomorrow(self) -> None:
        traffic.make_vehicle(ANI)
        sell_vehicle()
        with pytest.raises(CannotTransferVehicle, match="acquired-today"):
            sell_vehicle(CITRA, seller=BUDI)
        sell_vehicle(CITRA, seller=BUDI, now=NOW + timedelta(days=1))
        assert owners(TODAY + timedelta(days=1)) == [CITRA]

    def test_a_lien_that_was_released_is_no_bar(self) -> None:
        traffic.make_lien(traffic.make_vehicle(ANI), valid_until=TODAY)
        sell_vehicle()
        assert owners() == [BUDI]


@pytest.mark.django_db
class TestLand:
    def test_the_title_keeps_its_number_and_bears_the_name_of_the_buyer(self) -> None:
        land.make_parcel(PARCEL)
        land.make_right(ANI, PARCEL)
        (bought,) = sell_land()
        assert (bought.right_number, bought.holder_name, bought.acquisition) == ("M.000010", "Budi Santoso", "purchase")
        assert (holders(TODAY - timedelta(days=1)), holders()) == ({ANI: "1/1"}, {BUDI: "1/1"})

    def test_a_share_is_added_to_what_the_buyer_holds_already(self) -> None:
        land.make_parcel(PARCEL)
        land.make_right(ANI, PARCEL, share=(1, 2))
        land.make_right(BUDI, PARCEL, share=(1, 6))
        land.make_right(CITRA, PARCEL, share=(1, 3))
        sell_land(agreed=(CITRA,))
        assert holders() == {BUDI: "2/3", CITRA: "1/3"}
        sell_land(seller=CITRA, case="CASE2")  # on the same day
        assert holders() == {BUDI: "1/1"}

    def test_a_holder_who_was_not_asked_is_in_the_way(self) -> None:
        land.make_parcel(PARCEL)
        land.make_right(ANI, PARCEL, share=(1, 2))
        land.make_right(CITRA, PARCEL, share=(1, 2))
        with pytest.raises(CannotTransferLand, match="holder-not-asked"):
            sell_land()
        sell_land(agreed=(CITRA,))
        assert holders() == {CITRA: "1/2", BUDI: "1/2"}

    def test_what_stands_against_it_is_named_and_nothing_changes(self) -> None:
        land.make_parcel(PARCEL)
        land.make_right(ANI, PARCEL, expires_on=date(2040, 1, 1))
        with pytest.raises(CannotTransferLand, match="parcel-not-yours"):
            sell_land(seller=CITRA)
        with pytest.raises(CannotTransferLand, match="buyer-is-owner"):
            sell_land(ANI)
        mortgage = land.make_mortgage(PARCEL)
        with pytest.raises(CannotTransferLand, match="parcel-mortgaged"):
            sell_land()
        mortgage.delete()
        block = land.make_block(PARCEL)
        with pytest.raises(CannotTransferLand, match="parcel-blocked"):
            sell_land()
        block.delete()
        with pytest.raises(CannotTransferLand, match="right-expired"):
            sell_land(now=datetime(2040, 1, 2, tzinfo=UTC))
        assert holders() == {ANI: "1/1"}
        sell_land()
        assert holders() == {BUDI: "1/1"}


@pytest.mark.django_db
class TestShares:
    def test_some_go_and_the_rest_stays(self) -> None:
        make_business()
        make_share(ANI)
        make_share(CITRA, shares=40)
        sell_shares(BUDI, 10)
        assert shareholders() == {ANI: 50, BUDI: 10, CITRA: 40}
        sell_shares(CITRA, 20, case="CASE2")  # on the same day
        assert shareholders() == {ANI: 30, BUDI: 10, CITRA: 60}
        assert shareholders(TODAY - timedelta(days=1)) == {ANI: 60, CITRA: 40}

    def test_who_sells_all_holds_none(self) -> None:
        make_business()
        make_share(ANI)
        make_share(CITRA, shares=40)
        sell_shares(CITRA, 60)
        assert shareholders() == {CITRA: 100}

    @pytest.mark.parametrize("shares", [0, 61])
    def test_more_than_one_holds_or_none_is_no_sale(self, shares: int) -> None:
        make_business()
        make_share(ANI)
        with pytest.raises(CannotTransferShares, match="not-so-many-shares"):
            sell_shares(BUDI, shares)
        assert shareholders() == {ANI: 60}

    def test_what_stands_against_it_is_named(self) -> None:
        make_business(business_status="suspended", status_reason="Laporan tidak disampaikan")
        make_share(ANI)
        with pytest.raises(CannotTransferShares, match="shares-not-yours"):
            sell_shares(seller=CITRA)
        with pytest.raises(CannotTransferShares, match="buyer-is-owner"):
            sell_shares(ANI)
        with pytest.raises(CannotTransferShares, match="business-not-active"):
            sell_shares()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture(autouse=True)
    def slow_judges(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever does not hold what they judge decides on what is no longer so."""
        for sector in (business_actions, land_actions, traffic_actions):
            monkeypatch.setattr(sector, "find_obstacle", _slowly(sector.find_obstacle))

    def test_a_vehicle_sold_twice_at_once_is_sold_once(self) -> None:
        traffic.make_vehicle(ANI)
        sales = answers_at_once(partial(sell_vehicle, BUDI), partial(sell_vehicle, CITRA, case="CASE2"))
        assert sorted(type(sale).__name__ for sale in sales) == ["CannotTransferVehicle", "OwnershipEntry"]
        assert next(str(sale) for sale in sales if isinstance(sale, Exception)) == "vehicle-not-yours"
        assert len(owners()) == 1

    def test_a_parcel_sold_twice_at_once_is_sold_once(self) -> None:
        land.make_parcel(PARCEL)
        land.make_right(ANI, PARCEL)
        sales = answers_at_once(partial(sell_land, BUDI), partial(sell_land, CITRA, case="CASE2"))
        assert sorted(type(sale).__name__ for sale in sales) == ["CannotTransferLand", "list"]
        assert next(str(sale) for sale in sales if isinstance(sale, Exception)) == "parcel-not-yours"
        assert list(holders().values()) == ["1/1"]

    def test_shares_sold_twice_at_once_are_as_many_as_before(self) -> None:
        make_business()
        make_share(ANI)
        sales = answers_at_once(partial(sell_shares, BUDI, 40), partial(sell_shares, CITRA, 40, case="CASE2"))
        assert sorted(type(sale).__name__ for sale in sales) == ["CannotTransferShares", "ShareEntry"]
        assert sum(shareholders().values()) == 60
