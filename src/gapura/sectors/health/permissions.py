from gapura.kernel.audit.types import Actor, ActorKind

BIRTH_REPORTER, DEATH_REPORTER = "health.birth-reporter", "health.death-reporter"


def can_report_births(actor: Actor) -> bool:
    """Midwives and physicians in a post of a health facility."""
    return actor.kind is ActorKind.OFFICIAL and BIRTH_REPORTER in actor.roles


def can_report_deaths(actor: Actor) -> bool:
    """Physicians in a post of a health facility."""
    return actor.kind is ActorKind.OFFICIAL and DEATH_REPORTER in actor.roles
