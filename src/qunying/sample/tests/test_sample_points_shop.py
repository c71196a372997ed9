import pytest

from qunying.activities.tests.make import make_activity
from qunying.fulfilment.models import Fulfilment
from qunying.kernel import clock
from qunying.members.tests.make import make_member
from qunying.points_shop.models import Item, Purchase
from qunying.sample.points_shop import make_points_shop


@pytest.mark.django_db
def test_four_items_are_on_offer_and_six_were_bought_and_it_can_be_loaded_again(home):
    now = clock.now()
    make_activity(now=now)
    members = [make_member().id for _number in range(6)]
    for _time in range(2):
        make_points_shop(members, now)
        assert Item.objects.filter(state="open", is_simulated=True).count() == 4
        assert Purchase.objects.count() == 6
        ways = Fulfilment.objects.order_by("id").values_list("state", "way")
        assert list(ways) == [("sent", "post"), ("to_send", "pickup"), ("to_send", "post"), ("to_send", "")]
