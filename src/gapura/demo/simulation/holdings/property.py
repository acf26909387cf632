"""Who owns the homes, works the fields and holds the forest of a community, in the village where they live."""

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.holdings.fields import Fields
from gapura.demo.simulation.holdings.homes import Homes, home_of
from gapura.demo.simulation.people import Address


class Property(Homes, Fields):
    def draw(self, community: Community) -> None:
        """Of a house that several families share, the first one's head is the owner."""
        lived_in: set[Address] = set()
        for family in community.families:
            if family.ended is None and family.address not in lived_in:
                lived_in.add(family.address)
                self.draw_home(home_of(family))
        for person, chance in self.adults(community, self.figures["fields"]["youngest"]):
            if person.family is not None:
                self.draw_fields(person, person.family.address.village, chance)
