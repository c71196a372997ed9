"""What the children of ``process.run_apart`` find loaded already, so that each starts at once."""

import django

django.setup()

import qunying.stream.compact  # noqa: E402
import qunying.stream.export  # noqa: E402
import qunying.stream.run_reactions  # noqa: E402, F401
