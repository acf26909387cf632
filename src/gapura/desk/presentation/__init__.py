"""What the desk shows, in its words and colors."""

from gapura.desk.presentation.cases import DUE_SOON, due_tone

__all__ = ["DUE_SOON", "due_tone"]
