"""CVAT misbehaves, or a worker is killed: what was begun goes on, or ends with a sentence, and is never done twice."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cvat.conftest import BOX, SHAPES, carry, fill, pulled
from tests.cvat.double import PASSWORD, CvatDouble, serving
from yard.accounts.models import User
from yard.core.models import AuditEntry, Event
from yard.cvat import performing, queue
from yard.cvat.models import CvatLink, CvatServer, CvatTransfer, RemoteKind, TransferState
from yard.cvat.services import link_create, link_delete, pull_request, transfer_cancel
from yard.datasets.models import Dataset
from yard.executions import worker_leases


class Killed(BaseException):
    """The worker's end, amid anything; no code catches it."""


def kill(transfer: CvatTransfer) -> None:
    """Do it until ``Killed``; then, as after a real kill, only what was committed counts, and the lease runs out."""
    with pytest.raises(Killed):
        performing.transfer_perform(transfer.pk)
    CvatTransfer.objects.filter(pk=transfer.pk, state="running").update(
        lease_owner="elsewhere/1/1", lease_until=timezone.now() - timedelta(seconds=1)
    )


def killing_at(call: str, nth: int, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    """The worker dies at the nth call of this method of ``Remote``: before it was sent, or after it was done."""
    from yard.cvat.remote import Remote

    real, count = getattr(Remote, call), [0]

    def method(self: Remote, *args: object, **options: object) -> object:
        count[0] += 1
        if count[0] == nth and not after:
            raise Killed
        answer = real(self, *args, **options)
        if count[0] == nth and after:
            raise Killed
        return answer

    monkeypatch.setattr(Remote, call, method)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("call", "nth"),
    [
        ("project_create", 1),
        ("task_create", 1),
        ("images_begin", 1),
        ("image_send", 3),
        ("images_end", 1),
        ("background", 1),
        ("background", 2),
        ("annotations_send", 1),
        ("frames", 1),
        ("rename", 1),
    ],
)
def test_a_worker_killed_while_making_leaves_no_second_task(
    call: str,
    nth: int,
    after: bool,
    dataset: Dataset,
    server: CvatServer,
    editor: User,
    double: CvatDouble,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    transfer = link_create(dataset=dataset, server=server, user=editor, kind=RemoteKind.PROJECT)
    with monkeypatch.context() as patch:
        killing_at(call, nth, patch, after=after)
        kill(transfer)
    done = carry(transfer)
    assert done.state == TransferState.SUCCEEDED, done.message
    (project,), (task,) = double.projects.values(), double.tasks.values()
    assert (project.name, task.name) == ("Leaves", "Leaves")
    assert len(task.frames) == 6
    assert sorted(task.files) == task.frames
    assert {len(content) for content in task.files.values()} <= set(range(60, 100)), "nothing was sent twice into one"
    assert "box" in task.annotations["00.png"]
    assert done.report["matched"] == 6


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", ["export_begin", "background", "download", "frames"])
def test_a_worker_killed_while_pulling_goes_on(
    call: str, after: bool, linked: CvatLink, editor: User, double: CvatDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert linked.remote_id is not None
    double.annotate(linked.remote_id, "05.png", BOX.format(7, ""))
    transfer = pull_request(dataset=linked.dataset, user=editor)
    with monkeypatch.context() as patch:
        killing_at(call, 1, patch, after=after)
        kill(transfer)
    done = carry(transfer)
    assert (done.state, done.report["changed"]) == (TransferState.SUCCEEDED, 1)


def test_an_answer_that_is_lost_makes_no_second_task(
    dataset: Dataset, server: CvatServer, editor: User, double: CvatDouble
) -> None:
    """The server makes the task, and the connection breaks before it says so."""
    double.faults.cut_after_write = r"POST /api/tasks"
    done = carry(link_create(dataset=dataset, server=server, user=editor, kind=RemoteKind.TASK))
    assert done.state == TransferState.SUCCEEDED, done.message
    assert len(double.tasks) == 1


def test_three_kills_in_a_row_are_enough(linked: CvatLink, editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    transfer = pull_request(dataset=linked.dataset, user=editor)
    for _ in range(performing.TRIES):
        with monkeypatch.context() as patch:
            killing_at("download", 1, patch, after=False)
            kill(transfer)
        assert queue.transfers_resume() == 1
    done = carry(transfer, most=1)
    assert done.state == TransferState.FAILED
    assert "three times" in done.message


class TestWatchdog:
    def test_it_queues_what_a_dead_worker_held(self, linked: CvatLink, editor: User) -> None:
        transfer = pull_request(dataset=linked.dataset, user=editor)
        lease = queue.TransferLease.take(transfer.pk)
        assert lease is not None
        assert queue.transfers_resume() == 0
        CvatTransfer.objects.filter(pk=transfer.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        assert queue.transfers_resume() == 1
        assert queue.transfers_resume() == 0
        with pytest.raises(queue.LeaseLost):
            lease.tell(0.5, "too late", at_once=True)
        assert carry(transfer).state == TransferState.SUCCEEDED

    def test_it_queues_what_is_due(self, linked: CvatLink, editor: User) -> None:
        transfer = pull_request(dataset=linked.dataset, user=editor)
        assert queue.transfers_resume() == 0
        CvatTransfer.objects.filter(pk=transfer.pk).update(due_at=timezone.now())
        assert queue.transfers_resume() == 1

    def test_another_task_does_not_take_what_one_works_on(self, linked: CvatLink, editor: User) -> None:
        transfer = pull_request(dataset=linked.dataset, user=editor)
        assert queue.TransferLease.take(transfer.pk) is not None
        assert queue.TransferLease.take(transfer.pk) is None


class TestServerFaults:
    def test_a_server_that_is_away_is_asked_three_times(
        self, linked: CvatLink, editor: User, double: CvatDouble, server: CvatServer
    ) -> None:
        with serving(CvatDouble()) as gone:
            address = gone.address
        CvatServer.objects.filter(pk=server.pk).update(address=address)
        transfer = pull_request(dataset=linked.dataset, user=editor)
        for number in (2, 3):
            carry(transfer, most=1)
            assert transfer.state == TransferState.QUEUED
            assert f"Trying again ({number} of 3)" in transfer.message
            assert transfer.due_at > timezone.now()
        carry(transfer, most=1)
        assert transfer.state == TransferState.FAILED
        assert transfer.away
        assert "does not answer" in transfer.message
        assert "tried 3 times" in transfer.message

    def test_errors_of_the_server_are_survived(self, linked: CvatLink, editor: User, double: CvatDouble) -> None:
        double.faults.errors, double.faults.errors_at = 2, "/dataset/"
        assert pulled(linked.dataset, editor).state == TransferState.SUCCEEDED

    def test_errors_that_stay_fail_it_without_showing_their_page(
        self, linked: CvatLink, editor: User, double: CvatDouble
    ) -> None:
        double.faults.errors = 1000
        done = pulled(linked.dataset, editor)
        assert (done.state, done.away) == (TransferState.FAILED, True)
        assert "(500)" in done.message
        assert "html" not in done.message

    def test_a_slow_server_is_told_from_a_mute_one(
        self, linked: CvatLink, editor: User, double: CvatDouble, settings: object
    ) -> None:
        settings.CVAT_TIMEOUT_SECONDS = 0.2  # type: ignore[attr-defined]
        double.faults.slow_seconds = 0.5
        done = pulled(linked.dataset, editor)
        assert (done.state, done.away) == (TransferState.FAILED, True)
        assert "in time" in done.message

    def test_an_export_that_never_ends_is_given_up(
        self, linked: CvatLink, editor: User, double: CvatDouble, settings: object
    ) -> None:
        settings.CVAT_WAIT_SECONDS = 0.1  # type: ignore[attr-defined]
        double.faults.never_finishes = True
        done = carry(pull_request(dataset=linked.dataset, user=editor), most=1)
        assert (done.state, done.away) == (TransferState.FAILED, True)
        assert "Is its worker running?" in done.message

    def test_an_export_that_fails_says_why(self, linked: CvatLink, editor: User, double: CvatDouble) -> None:
        double.faults.export_fails = "Disk is full on the CVAT host"
        done = carry(pull_request(dataset=linked.dataset, user=editor), most=1)
        assert done.state == TransferState.FAILED
        assert "Disk is full on the CVAT host" in done.message
        double.faults.export_fails = ""
        assert pulled(linked.dataset, editor).state == TransferState.SUCCEEDED, "the next one asks anew"

    def test_credentials_that_are_refused_later(self, linked: CvatLink, editor: User, double: CvatDouble) -> None:
        double.users.clear()
        done = carry(pull_request(dataset=linked.dataset, user=editor), most=1)
        assert (done.state, done.away) == (TransferState.FAILED, False)
        assert "does not accept the user name and password" in done.message

    def test_a_task_that_was_deleted_in_cvat(self, linked: CvatLink, editor: User, double: CvatDouble) -> None:
        double.tasks.clear()
        done = carry(pull_request(dataset=linked.dataset, user=editor), most=1)
        assert done.state == TransferState.FAILED
        assert "no task" in done.message

    def test_it_is_not_sent_to_another_host_for_the_export(
        self, linked: CvatLink, editor: User, double: CvatDouble
    ) -> None:
        with serving(CvatDouble()) as other:
            double.faults.result_host = f"http://localhost:{other.port}"
            done = carry(pull_request(dataset=linked.dataset, user=editor), most=1)
            assert done.state == TransferState.FAILED
            assert "names another server (localhost)" in done.message
            assert other.requests == []


class TestCancelling:
    def test_one_that_waits_ends_at_once(self, linked: CvatLink, editor: User, double: CvatDouble) -> None:
        transfer = pull_request(dataset=linked.dataset, user=editor)
        double.requests.clear()
        assert transfer_cancel(transfer=transfer, user=editor).state == TransferState.CANCELLED
        assert carry(transfer).state == TransferState.CANCELLED
        assert double.requests == []

    def test_one_that_runs_ends_soon_and_can_be_gone_on_with(
        self,
        dataset: Dataset,
        server: CvatServer,
        owner: User,
        editor: User,
        double: CvatDouble,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(worker_leases, "TELL_SECONDS", 0)
        fill(dataset, owner, SHAPES * 5)
        transfer = link_create(dataset=dataset, server=server, user=editor, kind=RemoteKind.TASK)
        from yard.cvat.remote import Remote

        real = Remote.image_send

        def send(self: Remote, task_id: int, *, name: str, **options: object) -> None:
            real(self, task_id, name=name, **options)  # type: ignore[arg-type]
            if name == "10.png":
                transfer_cancel(transfer=transfer, user=editor)

        with monkeypatch.context() as patch:
            patch.setattr(Remote, "image_send", send)
            carry(transfer)
        assert transfer.state == TransferState.CANCELLED
        (task,) = double.tasks.values()
        assert len(task.files) == 11
        again = carry(link_create(dataset=dataset, server=server, user=editor, kind=RemoteKind.TASK))
        assert again.state == TransferState.SUCCEEDED, again.message
        assert len(double.tasks) == 1
        assert len(task.frames) == 30

    def test_unlinking_leaves_cvat_alone(self, linked: CvatLink, editor: User, double: CvatDouble) -> None:
        double.requests.clear()
        link_delete(link=linked, user=editor)
        assert len(double.tasks) == 1
        assert double.requests == []
        assert not CvatLink.objects.exists()
        assert CvatTransfer.objects.count() == 1, "what was done stays known"


def test_no_secret_is_written_anywhere(
    linked: CvatLink, editor: User, double: CvatDouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pulled(linked.dataset, editor)
    double.faults.errors = 1000
    pulled(linked.dataset, editor)
    sessions = list(double.sessions)
    written = caplog.text + "".join(
        str(row) for model in (Event, AuditEntry, CvatTransfer, CvatLink, CvatServer) for row in model.objects.values()
    )
    for secret in [PASSWORD, *sessions]:
        assert secret not in written
