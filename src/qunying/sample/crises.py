"""Two crises of the sample: one that runs, with tasks to do, and one that was closed with its lesson. Both made up, and say so."""

from datetime import datetime, timedelta
from uuid import UUID

from qunying.accounts.queries.find_staff import find_staff
from qunying.listening.actions.assign_task import assign_task
from qunying.listening.actions.close_crisis import close_crisis
from qunying.listening.actions.finish_task import finish_task
from qunying.listening.actions.note_crisis import note_crisis
from qunying.listening.actions.open_crisis import open_crisis
from qunying.listening.queries.get_crisis import list_tasks
from qunying.sample.people import STAFF, staff
from qunying.sample.timeline import command

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def make_crises(community_id: UUID, now: datetime) -> None:
    """Open a rumour two hours ago and leave it running; let a fault of three weeks ago be over.

    Args:
        community_id: where the rumour is.
        now: the present instant.
    """
    _run_rumour(community_id, now - 120 * MINUTE)
    _end_fault(now - 21 * DAY)


def _run_rumour(community_id: UUID, at: datetime) -> None:
    crisis_id = open_crisis(
        command_id=command("crisis:rumour"),
        actor=staff("service"),
        now=at,
        kind="rumour",
        title="（模拟）群里流传“灯串漏电”",
        description="版块和群里有人转述“这批灯串漏电”，没有图片，也没有订单号。本条为示例数据。",
        community_id=community_id,
    )
    tasks = list_tasks(crisis_id)
    notes = ("最早出现在版块，三处转述，无图无单号。", "品控确认：该批次有合格的电气检测报告。")
    for number, note in enumerate(notes):
        finish_task(
            command_id=command(f"crisis:rumour:{number}"),
            actor=staff("service"),
            now=at + (12 + 30 * number) * MINUTE,
            task_id=tasks[number].id,
            note=note,
        )
    person = find_staff(STAFF["operator"][0])
    if person is not None:
        assign_task(
            command_id=command("crisis:rumour:assigned"),
            actor=staff("manager"),
            now=at + 50 * MINUTE,
            task_id=tasks[3].id,
            person_id=person.pk,
        )
    note_crisis(
        command_id=command("crisis:rumour:note"),
        actor=staff("manager"),
        now=at + 55 * MINUTE,
        crisis_id=crisis_id,
        text="统一口径由陈经理发布，其他同事先不在群里解释。",
    )


def _end_fault(at: datetime) -> None:
    crisis_id = open_crisis(
        command_id=command("crisis:fault"),
        actor=staff("operator"),
        now=at,
        kind="fault",
        title="（模拟）优惠券页面打不开",
        description="周三福利开始后，领券页面有二十分钟打不开。本条为示例数据。",
    )
    for number, task in enumerate(list_tasks(crisis_id)):
        finish_task(
            command_id=command(f"crisis:fault:{number}"),
            actor=staff("operator"),
            now=at + (5 + 20 * number) * MINUTE,
            task_id=task.id,
        )
    close_crisis(
        command_id=command("crisis:fault:closed"),
        actor=staff("manager"),
        now=at + 3 * DAY,
        crisis_id=crisis_id,
        outcome="二十分钟后恢复；受影响的顾客已补发优惠券。",
        lesson="福利开始前一小时压测领券页，并准备好备用的静态页。",
    )
