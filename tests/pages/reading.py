"""What a page shows, read in the browser: texts, labels, headings, widths."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# English that stands on Chinese pages on purpose: names, units, codes, and what people or shops typed themselves.
NAMES = {
    "qunying", "english", "json", "html", "xlsx", "parquet", "gzip", "http", "https", "smtp", "openapi", "totp",
    "webhook", "wecom", "e-mail", "email", "utf-8", "csv", "api", "gbp", "cny", "iana", "asia", "shanghai", "europe",
    "london",
}  # fmt: skip

READ = """() => {
  const shown = (element) => {
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden" && !element.closest("[data-as-typed], code, .q-code");
  };
  const texts = (selector) => [...document.querySelectorAll(selector)].filter(shown).map((element) => element.innerText.trim());
  const fields = [...document.querySelectorAll("input:not([type=hidden]), select, textarea")].filter(shown);
  const nameless = fields.filter((field) => !(field.labels && field.labels.length) && !field.getAttribute("aria-label")
    && !field.getAttribute("aria-labelledby") && !field.title);
  const mute = [...document.querySelectorAll("button, a[href]")].filter(shown)
    .filter((element) => !element.innerText.trim() && !element.getAttribute("aria-label") && !element.title
      && !element.querySelector("img[alt]:not([alt='']), svg title, [aria-label]"));
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  return {
    language: document.documentElement.lang,
    title: document.title,
    headings: texts("h1"),
    words: texts("h1, h2, h3, th, label, button, legend, summary, .q-tab, .q-badge, .q-metric-label, .q-empty, .q-button, dt"),
    body: document.body.innerText,
    main: (document.querySelector(".q-page, main") || document.body).innerText.trim(),
    nameless: nameless.map((field) => field.outerHTML.slice(0, 160)),
    mute: mute.map((element) => element.outerHTML.slice(0, 160)),
    twice: ids.filter((id, place) => ids.indexOf(id) !== place),
    images: [...document.querySelectorAll("img:not([alt])")].map((image) => image.outerHTML.slice(0, 160)),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}"""


@dataclass(frozen=True)
class Reading:
    """What a page shows."""

    language: str
    title: str
    headings: list[str]
    words: list[str]
    body: str
    main: str
    nameless: list[str]
    mute: list[str]
    twice: list[str]
    images: list[str]
    overflow: int

    def english_words(self) -> set[str]:
        """Words of Latin letters in headings, labels and buttons that are no names: texts somebody forgot to translate."""
        found: set[str] = set()
        for text in self.words:
            for word in re.findall(r"(?<![\w@./#-])[A-Za-z][a-z]{3,}(?![\w@./-])", text):
                if word.lower() not in NAMES:
                    found.add(f"{word} in “{text[:60]}”")
        return found

    def faults(self) -> list[str]:
        """What keeps people out who do not see the page or do not use a mouse."""
        faults = [f"field without a label: {field}" for field in self.nameless]
        faults += [f"button or link without a name: {element}" for element in self.mute]
        faults += [f"id used twice: {name}" for name in self.twice]
        faults += [f"picture without a text: {image}" for image in self.images]
        if len(self.headings) != 1:
            faults.append(f"{len(self.headings)} main headings: {self.headings}")
        return faults


def read(page: Page) -> Reading:
    """Read the page that is open."""
    seen: dict[str, Any] = page.evaluate(READ)
    return Reading(**seen)
