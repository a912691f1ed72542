"""Finds out how a text is encoded: by its mark, by what decodes, then by which characters are common."""

import codecs
import re

from shared.domain.errors import DocumentUnreadable

SAMPLE = 1 << 16
"""Bytes that are looked at; more do not change the finding."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
OTHER_ENCODINGS = ["cp1252", "cp1251", "cp1253", "shift_jis", "euc_jp", "euc_kr", "koi8_r", "cp1255", "cp1256"]
BINARY_SHARE = 0.1
"""Above this share of control characters, bytes are no text."""

CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b") | {127})
PLAIN = bytes([*b"\t\n\r", *range(0x20, 0x7F)])
UTF_16_PAGES = bytes([0x00, 0x04, 0x30, 0xFF, *range(0x4E, 0xA0)])
"""High bytes of Latin, Cyrillic, Chinese punctuation and Chinese characters."""

USUAL_SHARE = 0.9
DAMAGED_SHARE = 0.02
"""Up to this share of a text's characters beyond ASCII may be broken before another encoding is looked for."""

# The commonest characters of running Chinese text, simplified and traditional: they settle what bytes alone cannot.
FREQUENT = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么"
    "去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又"
    "关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常"
    "這個們來為國說時會對過發後裡種經現當沒動還進樣開從實軍無與長機關點業將兩間問應戰頭體見產話員規請書務"
    "，。、；：？！（）“”《》"
)
PAIRS = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
# First level of each standard: the common half of its characters, and its punctuation.
COMMON_PAIRS = {
    "gb18030": re.compile(rb"[\xb0-\xd7\xa1-\xa3][\xa1-\xfe]"),
    "big5": re.compile(rb"[\xa4-\xc6\xa1-\xa3][\x40-\x7e\xa1-\xfe]"),
}
COMMON_SHARE = 0.6
"""Share of first-level characters below which bytes are not taken for Chinese."""

FREQUENT_SHARE = 0.04
"""Share of the commonest characters below which more than a few words are not Chinese: Korean looks alike otherwise."""

A_FEW_WORDS = 12
"""Characters up to which a text may well hold none of the commonest."""

LATIN_SHARE = 0.4
"""Up to this share of bytes beyond ASCII among the letters, a text is in a Latin script."""


def decode(content: bytes, language: str = "") -> str:
    """Return the text of the bytes without its byte order mark. Raises DocumentUnreadable for other bytes.

    Where bytes may be read in more than one way, `language` settles it: `zh` is Chinese, `en` is not.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    sample = content[:SAMPLE]
    if wide := _utf_16(sample):
        return content.decode(wide, "replace")
    if len(sample.translate(None, CONTROLS + b"\0")) < len(sample) * (1 - BINARY_SHARE):
        raise DocumentUnreadable("the bytes are no text in any known encoding")
    if (text := _utf_8(content)) is not None:
        return text
    chinese = None if language == "en" else _chinese(sample, is_likely=language == "zh")
    return content.decode(chinese or _other(sample), "replace")


def _utf_16(sample: bytes) -> str | None:
    """Recognise UTF-16 without a mark: one byte of each pair is nearly always that of Latin or Chinese."""
    if len(sample) % 2 or len(sample) < 4 or (b"\0" not in sample and _is_utf_8(sample)):
        return None
    for encoding, high, low in (("utf-16-be", sample[0::2], sample[1::2]), ("utf-16-le", sample[1::2], sample[0::2])):
        pages = sum(map(high.count, UTF_16_PAGES))
        plain = sum(map(low.count, PLAIN))
        if pages < USUAL_SHARE * len(high) or low.count(0) > (1 - USUAL_SHARE) * len(low):
            continue
        # ASCII letters lie among the Chinese pages too, so plain text needs its zero bytes as a proof.
        if high.count(0) > LATIN_SHARE * len(high) or plain < USUAL_SHARE * len(low):
            return encoding
    return None


def _is_utf_8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _utf_8(content: bytes) -> str | None:
    """Decode as UTF-8, with a few broken characters if need be."""
    try:
        return content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    beyond_ascii = sum(1 for character in text[:SAMPLE] if character > "\x7f")
    return text if broken <= DAMAGED_SHARE * beyond_ascii else None


def _chinese(sample: bytes, *, is_likely: bool) -> str | None:
    """Choose between GB18030 and Big5 by how many characters are common ones, and neither where few are."""
    scores: dict[str, float] = {}
    for encoding, common in COMMON_PAIRS.items():
        text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
        beyond = [character for character in text if character > "\x7f"]
        pairs = PAIRS.findall(sample)
        if not pairs or text.count("\N{REPLACEMENT CHARACTER}") > DAMAGED_SHARE * len(beyond):
            continue
        share = sum(1 for pair in pairs if common.fullmatch(pair)) / len(pairs)
        frequent = sum(1 for character in beyond if character in FREQUENT) / len(beyond)
        is_usual = share + frequent >= COMMON_SHARE and (frequent >= FREQUENT_SHARE or len(beyond) <= A_FEW_WORDS)
        if is_likely or is_usual:
            scores[encoding] = share + frequent
    return max(scores, key=lambda encoding: scores[encoding]) if scores else None


def _other(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    beyond_ascii = sum(1 for byte in sample if byte > 0x7F)
    if beyond_ascii <= LATIN_SHARE * sum(1 for byte in sample if byte > 0x7F or chr(byte).isalpha()):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=OTHER_ENCODINGS, threshold=0.4).best()
    return best.encoding if best else "cp1252"
