"""The channels at a glance: what each brought, what a customer cost there, and what such a customer is worth."""
