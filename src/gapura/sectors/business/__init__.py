"""Companies and sole traders: who they are, who speaks for them, who owns them, what they may do (OSS-RBA, AHU)."""
