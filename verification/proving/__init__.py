"""How good the checks' eyes are: single faults planted in a copy of the project's own schema."""

from verification.proving.mutation import Mutation
from verification.proving.mutations import mutations
from verification.proving.proof import Outcome, Proof, prove

__all__ = ["Mutation", "Outcome", "Proof", "mutations", "prove"]
