"""English ways to put a question, each with the words that it becomes; one after the other, in this order."""

from shared.likeness.english.amounts import AMOUNTS
from shared.likeness.english.frames import ALLOWED
from shared.likeness.english.kinds import KINDS, TIMES_AND_PLACES
from shared.likeness.english.verbs import VERBS
from shared.likeness.english.ways import REASONS_AND_WAYS

PHRASES = (*VERBS, *KINDS, *AMOUNTS, *TIMES_AND_PLACES, *REASONS_AND_WAYS, *ALLOWED)
