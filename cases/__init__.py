"""The engine: cases, tasks, flow nodes, queues, clocks, decisions, timeline, work lists and the case page.

It knows offices, people and audit below it, and no procedure, agency or document kind above it: those register
themselves (:mod:`cases.registry`).
"""
