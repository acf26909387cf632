"""Who may act for whom, for what and until when: by what a register says, or by a signed grant (eIDAS mandate)."""
