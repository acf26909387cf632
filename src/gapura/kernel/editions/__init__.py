"""Where agencies write the definitions of their public services: drafted, judged, agreed by three people, adopted."""
