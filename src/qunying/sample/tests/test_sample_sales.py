import pytest

from qunying.activities.models import Activity, Right, Team, TrialReport
from qunying.kernel import clock
from qunying.members.tests.make import make_member
from qunying.sample.sales import make_sales


@pytest.mark.django_db
def test_goods_are_sold_and_tried_and_can_be_loaded_again():
    members, now = [make_member().id for _number in range(10)], clock.now()
    for _time in range(2):
        make_sales(members, now)
        kinds = {("flash_sale", "open"), ("group_buy", "open"), ("trial", "open")}
        assert set(Activity.objects.values_list("kind", "state")) == kinds
        assert Right.objects.filter(state="redeemed").count() == 5
        assert sorted(Team.objects.values_list("held", flat=True)) == [1, 3]
        assert TrialReport.objects.count() == 1
