"""Every parser of outside bytes, given bytes that grow towards what it has not seen: one harness a parser.

A harness says ``seeds()`` (small right and nearly right inputs), ``parse(data)`` and ``DECLARED``: what it may raise.
"""
