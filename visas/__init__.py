"""Visas (domain §5.1): model, flow, forms, rules and texts of this procedure, nothing that another would need."""
