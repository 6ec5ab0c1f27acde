"""The terminal application: ``crmf browse``. It shows what crmformulas counts and calculates."""
