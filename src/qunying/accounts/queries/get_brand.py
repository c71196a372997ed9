"""The brand of this installation."""

from datetime import datetime

from qunying.accounts.models import Brand
from qunying.kernel.remembering import remembered


def find_brand() -> Brand | None:
    """Return the brand, or None while nobody has set this installation up."""
    return Brand.objects.filter(pk=1).first()


@remembered
def get_brand() -> Brand:
    """Return the brand; an installation that nobody has set up yet has the defaults."""
    return find_brand() or Brand(name="Qunying")


def get_analysis_time(now: datetime) -> datetime:
    """Return the instant from which analyses look back: the brand's fixed one for historic data, else ``now``."""
    return get_brand().analysis_at or now
