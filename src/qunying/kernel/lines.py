"""Fields of forms for texts of several lines."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict


class Lines(forms.Textarea):
    """A box for several lines. A browser counts a line break as one sign and sends two: the limit is the browser's."""

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Any:
        """Return what was typed, each line break one sign."""
        typed = super().value_from_datadict(data, files, name)
        return typed.replace("\r\n", "\n") if isinstance(typed, str) else typed
