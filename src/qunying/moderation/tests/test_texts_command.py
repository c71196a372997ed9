"""``qunying moderation classify`` and ``train`` by themselves: no installation, no home, no database."""

import json
import os
import random
import subprocess
import sys
from typing import BinaryIO, cast

import pytest
from typer.testing import CliRunner

from qunying.kernel.problems import Problem
from qunying.moderation.doors import texts
from qunying.moderation.training import fitting
from qunying.moderation.training.adverts import write_adverts
from qunying.moderation.training.chatter import write_chatter
from qunying.moderation.training.labelled import LABELS

NO_INSTALLATION = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("QUNYING_", "DATABASE_", "DJANGO_"))
}


def classify(*arguments, given=b"", cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "qunying", "moderation", "classify", *arguments],
        input=given,
        capture_output=True,
        check=False,
        env=NO_INSTALLATION,
        cwd=cwd,
    )


def test_one_object_for_each_line_without_any_installation(tmp_path):
    lines = ["收到", "", "诚招兼职日赚500元加微信abc12345", "你们这种人就是垃圾，滚", "x" * 100_000, "最后"]
    content = "\n".join(lines).encode() + b"\xff\xfe"
    for argument, given in ((str(tmp_path / "t.txt"), b""), ("-", content)):
        (tmp_path / "t.txt").write_bytes(content)
        done = classify(argument, "--json", given=given, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(lines)
        assert [answer["label"] for answer in answers[:4]] == ["ok", "ok", "advertisement", "abuse"]
        for answer in answers:
            assert set(answer["scores"]) == set(LABELS)
            assert sum(answer["scores"].values()) == pytest.approx(1, abs=0.001)
    assert os.listdir(tmp_path) == ["t.txt"]


def test_what_cannot_be_read_is_said_with_its_exit_code(tmp_path):
    done = classify(str(tmp_path / "nowhere"))
    assert done.returncode == 3
    assert b"texts_unreadable" in done.stderr
    (tmp_path / "no.npz").write_bytes(b"no")
    done = classify("-", "--model", str(tmp_path / "no.npz"))
    assert done.returncode == 2
    assert b"classifier_unfit" in done.stderr


def test_answers_come_before_the_pipe_is_closed():
    with subprocess.Popen(
        [sys.executable, "-m", "qunying", "moderation", "classify", "-", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=NO_INSTALLATION,
    ) as command:
        assert command.stdin is not None
        assert command.stdout is not None
        for text in (b"one\n", b"two\r\n"):
            command.stdin.write(text)
            command.stdin.flush()
            assert json.loads(command.stdout.readline())["label"] == "ok"
        command.stdin.close()
        assert command.wait(20) == 0


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 1000])
def test_lines_are_the_same_however_they_arrive(chunk):
    content = "一行\r\n\n第三行\n末".encode()

    class Slow:
        def __init__(self):
            self.rest = content

        def read1(self, _size):
            now, self.rest = self.rest[:chunk], self.rest[chunk:]
            return now

    lines = [
        line.decode() for lines in texts._lines_as_they_come(cast(BinaryIO, Slow()), "-") for line in lines
    ]
    assert lines == ["一行", "", "第三行", "末"]


def test_training_takes_more_files_and_tells_how_good_it_is(tmp_path, monkeypatch):
    for name, amount in (("ADVERTS", 300), ("CHATTER", 300), ("SHOP_TALK", 100), ("INSULTS", 0)):
        monkeypatch.setattr(fitting, name, amount)
    luck = random.Random(9)
    abuse = "".join(
        f"1,{who}都是垃圾{luck.randrange(99)}\n0,{who}不错{luck.randrange(99)}\n"
        for who in ("他们", "这种人") * 40
    )
    (tmp_path / "abuse.csv").write_text("label,TEXT\n" + abuse)
    rows = [f"advertisement,“{text}”" for text in write_adverts(60, luck)] + [
        f"ok,“{text}”" for text in write_chatter(60, luck)
    ]
    (tmp_path / "more.csv").write_text(
        "label,text\n" + "\n".join(row.replace(",", "，").replace("，", ",", 1) for row in rows)
    )
    command = [
        "train",
        f"abuse={tmp_path}/abuse.csv",
        f"{tmp_path}/more.csv",
        "--check",
        f"{tmp_path}/more.csv",
        "--json",
    ]
    files = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for file in files:
        done = CliRunner().invoke(texts.app, [*command, "--out", str(file)])
        assert done.exit_code == 0, done.output
    assert files[0].read_bytes() == files[1].read_bytes()
    answer = json.loads(done.stdout)
    assert answer["texts"]["abuse"] == 80
    (quality,) = [q for q in answer["checked"][f"{tmp_path}/more.csv"] if q["label"] == "advertisement"]
    assert quality["recall"] > 0.9
    done = CliRunner().invoke(texts.app, ["classify", "-", "--model", str(files[0])], input="他们都是垃圾\n")
    assert done.stdout.startswith("abuse")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("a,b\n1,2\n", "examples_unfit"),
        ("label,text\nspam,x\n", "examples_unfit"),
        ("label,text\nok,x\n", "examples_unfit"),
        (None, "texts_unreadable"),
    ],
)
def test_files_that_cannot_teach_are_refused(tmp_path, content, code):
    file = tmp_path / "x.csv"
    if content is not None:
        file.write_text(content)
    done = CliRunner().invoke(
        texts.app, ["train", str(file), "--no-made-up", "--out", str(tmp_path / "m.npz")]
    )
    assert isinstance(done.exception, Problem)
    assert done.exception.code == code
    assert not (tmp_path / "m.npz").exists()
