"""An instant as it is typed in a form."""

from qunying.accounts.instants import LocalTimeField

__all__ = ["LocalTimeField"]
