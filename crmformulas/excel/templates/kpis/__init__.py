"""The CRM key figures by month."""
