"""Questions to an open order log, a subject a module."""
