from gapura.sectors.smart_work.models.bookings import Booking, Guest, Hold, UnmetSearch
from gapura.sectors.smart_work.models.centers import Center, Closure, Floor, Seat
from gapura.sectors.smart_work.models.remote import RemoteSession

__all__ = ["Booking", "Center", "Closure", "Floor", "Guest", "Hold", "RemoteSession", "Seat", "UnmetSearch"]
