"""What a line of chat says about itself: the topics that it names, and whether it asks something.

Rules of our own, made for short Chinese and English messages; they read marks and question words, not meaning.
"""

import re
import unicodedata

MOST_TOPICS = 5
LONGEST_TOPIC = 20

# #话题# as Weibo and WeChat write it, or #topic up to the next space.
_TOPIC = re.compile(r"#([^#\s,](?:[^#\n,]{0,40}[^#\s,])?)#|#([^\W\d_][\w-]{0,40})")
_ADDRESS = re.compile(r"https?://\S+")
_ASKS = re.compile(
    r"\?|(吗|么|呢|没有|不)[\s。.!~…]*$|请问|求助|求推荐|怎么(办|用|弄|做|选|买)|如何|为什么|为啥|有没有人|有人知道|谁知道|哪(个|里|款|家)|多少钱|几点"
)
_ASKS_ENGLISH = re.compile(
    r"^(how|what|why|when|where|which|who|is there|are there|does|do|did|can|could|should|has|have) .*\b(i|you|we|it|there|any|the|this|that|anyone|to)\b",
    re.IGNORECASE,
)


def topics_in(text: str) -> list[str]:
    """Return the topics that a text names, each once whatever its case and width, at most five of at most 20 characters."""
    found: dict[str, str] = {}
    for closed, opened in _TOPIC.findall(_ADDRESS.sub(" ", unicodedata.normalize("NFKC", text))):
        name = closed or opened
        if name and len(name) <= LONGEST_TOPIC:
            found.setdefault(name.casefold(), name)
    return list(found.values())[:MOST_TOPICS]


def asks_something(text: str) -> bool:
    """Tell whether a text looks like a question: a question mark, a particle at its end, or words that ask."""
    plain = _ADDRESS.sub(" ", unicodedata.normalize("NFKC", text[:2_000])).strip()
    return bool(_ASKS.search(plain) or _ASKS_ENGLISH.search(plain))
