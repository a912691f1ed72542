"""Chinese ways to put a question, each with the words that it becomes; one after the other, in this order."""

from shared.likeness.chinese.amounts import AMOUNTS
from shared.likeness.chinese.frames import NAMES
from shared.likeness.chinese.meanings import MEANINGS, REASONS, WAYS
from shared.likeness.chinese.times import TIMES_AND_PLACES

PHRASES = (*NAMES, *MEANINGS, *WAYS, *REASONS, *TIMES_AND_PLACES, *AMOUNTS)
