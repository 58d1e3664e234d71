"""The administration of an authority: its profile, part by part, and who changed what."""
