"""The ``crmf`` command: a module a subcommand, and what they share."""
