"""A folder as a packet that needs nobody (ADR 43): a BagIt bag with METS and PREMIS. No table stands behind it."""
