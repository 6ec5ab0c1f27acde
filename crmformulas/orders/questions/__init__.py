"""What an open order log is asked, a subject a module."""
