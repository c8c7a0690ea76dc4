"""Visas (domain §5.1): the model, flow, forms, rules and texts of this procedure and nothing that another would need."""
