from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.editions.models import ServiceEdition
from gapura.kernel.editions.types import AUTHORITY, EDITOR, EditionStatus


def can_edit(actor: Actor, agency_code: str) -> bool:
    """A proven person in a post of the agency with the editor's role."""
    return (
        actor.kind is ActorKind.OFFICIAL
        and bool(actor.person_number)
        and EDITOR in actor.roles
        and actor.agency_code == agency_code
    )


def can_see_edition(actor: Actor, edition: ServiceEdition) -> bool:
    """Editors of the agency; the authority once it is proposed."""
    of_authority = (
        actor.kind is ActorKind.OFFICIAL
        and AUTHORITY in actor.roles
        and actor.agency_code == edition.authority_code
        and edition.status in (EditionStatus.PROPOSED, EditionStatus.ADOPTED)
    )
    return can_edit(actor, edition.agency_code) or of_authority
