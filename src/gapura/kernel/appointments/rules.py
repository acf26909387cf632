"""How an emergency access shows in what is done under it."""

_LONGEST_LABEL = 60  # the mark must still fit into every column that keeps a label


def emergency_mark(access_id: int, role: str) -> str:
    """What the label of the actor carries while the access lasts, and so each audit event."""
    return f"(emergency access {access_id}: {role})"


def marked_label(label: str, access_id: int, role: str) -> str:
    """The actor's label with the mark behind it."""
    return f"{label[:_LONGEST_LABEL]} {emergency_mark(access_id, role)}"
