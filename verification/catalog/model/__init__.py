"""The value classes, frozen and standard library only."""

from verification.catalog.model.behaviour import Policy, Rule, Statistics, Trigger
from verification.catalog.model.catalog import Catalog, Thing
from verification.catalog.model.column import Column, NotNull
from verification.catalog.model.constraint import Constraint
from verification.catalog.model.index import Index
from verification.catalog.model.name import qualify, quote
from verification.catalog.model.other import (
    DefaultPrivileges,
    EventTrigger,
    Extension,
    Other,
    Schema,
)
from verification.catalog.model.privilege import PUBLIC, Privilege
from verification.catalog.model.relation import Part, Sequence, Table, View
from verification.catalog.model.routine import Function
from verification.catalog.model.server import Role, Server, Setting, Unreadable
from verification.catalog.model.type import Composite, Domain, DomainConstraint, Enum, Range

__all__ = [
    "PUBLIC",
    "Catalog",
    "Column",
    "Composite",
    "Constraint",
    "DefaultPrivileges",
    "Domain",
    "DomainConstraint",
    "Enum",
    "EventTrigger",
    "Extension",
    "Function",
    "Index",
    "NotNull",
    "Other",
    "Part",
    "Policy",
    "Privilege",
    "Range",
    "Role",
    "Rule",
    "Schema",
    "Sequence",
    "Server",
    "Setting",
    "Statistics",
    "Table",
    "Thing",
    "Trigger",
    "Unreadable",
    "View",
    "qualify",
    "quote",
]
