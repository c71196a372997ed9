from datetime import timedelta

import pytest

from qunying.activities.models import Activity, Award, Proof
from qunying.engines import verify_draw
from qunying.kernel import clock
from qunying.ledger.tests.make import run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.suspend_rewards import suspend_rewards
from qunying.sample.activities import make_activities


@pytest.mark.django_db
def test_a_wheel_is_open_and_a_draw_is_settled_and_can_be_loaded_again():
    members = [make_member().id for _number in range(30)]
    now = clock.now()
    run(suspend_rewards, now=now - timedelta(days=9), member_id=members[3], reference="case", until=None)
    for _time in range(2):
        make_activities(members, now)
        assert set(Activity.objects.values_list("kind", "state")) == {
            ("wheel", "open"),
            ("check_in", "open"),
            ("draw", "settled"),
            ("quiz", "open"),
            ("vote", "open"),
            ("guess", "open"),
            ("gathering", "open"),
            ("live", "open"),
            ("pairs", "open"),
        }
        assert Activity.objects.filter(is_simulated=True).count() == 9
    assert Award.objects.filter(activity__kind="draw").count() == 6
    noted = verify_draw.argparse.Namespace(commitment="", rules="", root="", entry="")  # type: ignore[attr-defined]
    verify_draw.check(Proof.objects.get(bundle__isnull=False).bundle, noted)
