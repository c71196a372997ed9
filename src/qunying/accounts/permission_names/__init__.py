"""What every permission is called when people read it. A new action gets a line here; the audit and the staff page show it."""

from qunying.accounts.permission_names.communities import COMMUNITIES
from qunying.accounts.permission_names.house import HOUSE
from qunying.accounts.permission_names.incentives import INCENTIVES

# Permission (an action id, or what lets somebody see something) → its name.
PERMISSION_NAMES = {**HOUSE, **COMMUNITIES, **INCENTIVES}
