"""Any file becomes a table of texts with true row numbers, or is refused with a message that says why."""

import gzip
import os
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from qunying.intake.orders.fields import count_known
from qunying.kernel.files import limits
from qunying.kernel.files.reading import read_table
from qunying.kernel.problems import Problem

HEADER = "invoice_no,stock_code,quantity"
ROWS = "1,茶杯,3\n2,茶壶,4\n"


def read(path: Path) -> tuple[list[str], list[dict[str, Any]], Any]:
    table = read_table(path, count_known)
    rows = [row for batch in table.batches for row in batch.to_pylist()]
    return table.header, rows, table


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8-sig", b""),
        ("gbk", b""),
        ("gb18030", b""),
        ("utf-16", b""),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_separators_are_found(
    tmp_path: Path, encoding: str, mark: bytes, delimiter: str
) -> None:
    text = f"{HEADER}\n{ROWS}".replace(",", delimiter)
    header, rows, _table = read(write(tmp_path / "f", mark + text.encode(encoding)))
    assert header == HEADER.split(",")
    assert [(row["row"], row["c0"], row["c1"], row["c2"]) for row in rows] == [
        (2, "1", "茶杯", "3"),
        (3, "2", "茶壶", "4"),
    ]


def test_western_letters_are_not_taken_for_chinese(tmp_path: Path) -> None:
    text = f"{HEADER}\n1,Café Müller,3\n2,Crème brûlée à l’orange,1\n3,Señor Peña,1\n"
    _header, rows, _table = read(write(tmp_path / "f", text.encode("cp1252")))
    assert [row["c1"] for row in rows] == ["Café Müller", "Crème brûlée à l’orange", "Señor Peña"]


def test_the_first_odd_letter_may_come_after_megabytes(tmp_path: Path) -> None:
    plain = "".join(f"{number},cup,3\n" for number in range(200_000))
    _header, rows, table = read(write(tmp_path / "f", f"{HEADER}\n{plain}9,茶壶,4\n".encode("gb18030")))
    assert (rows[-1]["row"], rows[-1]["c1"]) == (200_002, "茶壶")
    assert table.notes["encoding"] == "gb18030"


def test_a_few_broken_bytes_do_not_make_a_file_chinese(tmp_path: Path) -> None:
    content = f"{HEADER}\n{ROWS * 50}".encode() + b"8,\xff\xfe,1\n"
    _header, rows, table = read(write(tmp_path / "f", content))
    assert rows[0]["c1"] == "茶杯"
    assert "\ufffd" in rows[-1]["c1"]
    assert table.notes["replaced"] == "yes"


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    _header, rows, _table = read(write(tmp_path / "f.gz", gzip.compress(f"{HEADER}\n{ROWS}".encode())))
    assert len(rows) == 2


def test_rows_that_do_not_fit_keep_everybody_s_number(tmp_path: Path) -> None:
    text = f'{HEADER}\n1,a,1\n2\n\n3,"x\ny",1\n4,b,1,9,9\n5,c,1\n'
    _header, rows, table = read(write(tmp_path / "f", text))
    assert [(row["row"], row["c0"]) for row in rows] == [(2, "1"), (4, ""), (5, "3"), (7, "5")]
    assert [(misfit.row, misfit.cells) for misfit in table.misfits] == [(3, 1), (6, 5)]


def test_row_numbers_stay_true_over_many_blocks(tmp_path: Path) -> None:
    lines = [f"{n},{'x' * 200}" if n % 1000 == 7 else f"{n},{'x' * 200},1" for n in range(2, 120_002)]
    _header, rows, table = read(write(tmp_path / "f", f"{HEADER}\n" + "\n".join(lines) + "\n"))
    assert all(row["c0"] == str(row["row"]) for row in rows)
    assert [misfit.row for misfit in table.misfits] == [n for n in range(2, 120_002) if n % 1000 == 7]
    assert len(rows) + len(table.misfits) == 120_000


def test_titles_above_the_header_and_separators_at_the_end(tmp_path: Path) -> None:
    header, rows, table = read(write(tmp_path / "f", f"店铺订单导出\n\n{HEADER}\n1,a,1,\n2,b,1,\n"))
    assert (header, table.header_row) == ([*HEADER.split(","), ""], 3)
    assert [row["row"] for row in rows] == [4, 5]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", limits.FileEmpty),
        (b"\n\n  \n", limits.FileEmpty),
        (b"\x00\x01\x02\x03" * 500, limits.NotATable),
        (os.urandom(20_000), limits.NotATable),
        (b"abc\ndef\n", limits.OneColumnOnly),
        (b"%PDF-1.7 \n", limits.NotATable),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), limits.NotATable),
        (b"PAR1 this is not one PAR1", limits.FileDamaged),
        (b"PK\x03\x04 nor this", limits.FileDamaged),
        (gzip.compress(f"{HEADER}\n{ROWS * 5000}".encode())[:-20], limits.FileDamaged),
        (b"\x1f\x8b" + bytes(50), limits.FileDamaged),
        (",".join(f"c{n}" for n in range(1_000_000)).encode() + b"\n", limits.TooManyColumns),
        (f'{HEADER}\n1,a,1\n2,"b,1\n3,c,1\n4,d,1\n'.encode(), limits.QuoteNotClosed),
        (f'{HEADER}\n1,a,1\n2,b,"1\n3,c,1\n4,d,1\n'.encode(), limits.QuoteNotClosed),
        (f'{HEADER}\n1,a,1\n2,"'.encode() + b"x" * (9 << 20), limits.RowTooLong),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, problem: type[Problem]) -> None:
    with pytest.raises(problem) as raised:
        read(write(tmp_path / "f", content))
    assert "{" not in str(raised.value)


def test_random_rubbish_never_crashes(tmp_path: Path) -> None:
    for seed in range(40):
        content = bytes((seed * 7 + n * n * 31 + n) % 256 for n in range(seed * 50 + 1))
        try:
            read(write(tmp_path / "f", content))
        except Problem:
            continue


def test_folders_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(limits.NotAFile):
        read(tmp_path)
    with pytest.raises(limits.FileNotFound):
        read(tmp_path / "nothing")
    with pytest.raises(limits.FileNotFound):
        read(Path("a\x00b"))
    with pytest.raises(limits.NotAFile):
        read(Path("/dev/zero"))


def test_two_gigabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    started = time.process_time()
    with pytest.raises(limits.FileTooLarge):
        read(path)
    assert time.process_time() - started < 0.5


def test_a_gzip_bomb_stops_early(tmp_path: Path) -> None:
    block = gzip.compress(bytes(50_000_000), 6)
    path = write(tmp_path / "bomb.gz", block * 40)
    started = time.process_time()
    with pytest.raises((limits.SuspiciousArchive, limits.NotATable)):
        read(path)
    assert time.process_time() - started < 2


def test_a_row_of_a_million_cells_is_one_rejected_row(tmp_path: Path) -> None:
    _header, rows, table = read(write(tmp_path / "f", f"{HEADER}\n1,a,1\n" + "," * 1_000_000 + "\n2,b,1\n"))
    assert [row["row"] for row in rows] == [2, 4]
    assert [(misfit.row, misfit.cells) for misfit in table.misfits] == [(3, 1_000_001)]


def make_archive(path: Path, sheet: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def lie_about_size(path: Path, size: int, claimed: int) -> Path:
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", claimed)))
    return path


_READ_ALL = """
import sys, time
from pathlib import Path
from qunying.kernel.files.reading import read_table
import qunying.kernel.files.spreadsheet
from qunying.kernel.problems import Problem
for path in sys.argv[1:]:
    started = time.process_time()
    try: read_table(Path(path), len)
    except Problem as problem: print(problem.code, time.process_time() - started)
peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))
print(int(peak.split()[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
def test_spreadsheet_bombs_cost_nothing(tmp_path: Path) -> None:
    zeros = bytes(b"0" * 200_000_000)
    far_cell = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    paths = [
        make_archive(tmp_path / "honest.xlsx", zeros),
        lie_about_size(make_archive(tmp_path / "lying.xlsx", zeros), 200_000_000, 1_000),
        make_archive(tmp_path / "far_cell.xlsx", far_cell),
        make_archive(tmp_path / "far_row.xlsx", b'<row r="99999999"><c r="KZ99999999"><v>1</v></c></row>'),
    ]
    program = [sys.executable, "-c", _READ_ALL, *map(str, paths)]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    *refusals, megabytes = done.stdout.splitlines()
    assert [refusal.split()[0] for refusal in refusals] == [
        "import_suspicious_archive",
        "import_suspicious_archive",
        "import_too_many_columns",
        "import_suspicious_archive",
    ]
    assert all(float(refusal.split()[1]) <= 1 for refusal in refusals)
    assert int(megabytes) <= 100


def test_a_spreadsheet_gives_the_texts_that_people_see(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes").write_string(0, 0, "nothing here")
        sheet = book.add_worksheet("Orders")
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_string(1, 0, "Export of today")
        sheet.write_row(2, 0, ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice"])
        sheet.write_number(3, 0, 536365)
        sheet.write_string(3, 1, "=HYPERLINK(1)")
        sheet.write_formula(3, 2, "=1+2", None, 3)
        sheet.write_number(3, 3, 40513.5, day)
        sheet.write_number(3, 4, 2.55)
        sheet.write_number(4, 0, 123456789012345678)
    header, rows, table = read(path)
    assert header == ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice"]
    assert table.header_row == 3
    assert [rows[0][f"c{n}"] for n in range(5)] == [
        "536365",
        "=HYPERLINK(1)",
        "3",
        "2010-12-01 12:00:00",
        "2.55",
    ]
    assert rows[0]["row"] == 4
    assert "E+" in rows[1]["c0"]


def test_parquet_columns_become_texts(tmp_path: Path) -> None:
    from datetime import datetime
    from decimal import Decimal

    import pyarrow as pa
    from pyarrow import parquet

    moment = datetime.fromisoformat("2025-01-02 03:04:05")
    table = pa.table(
        {
            "invoice_no": pa.array([1, 2], pa.int64()),
            "stock_code": pa.array(["a", None]).dictionary_encode(),
            "price": pa.array([Decimal("2.50"), None], pa.decimal128(9, 2)),
            "float": pa.array([2.55, 3.0]),
            "naive": pa.array([moment, None], pa.timestamp("us")),
            "aware": pa.array([moment, None], pa.timestamp("ns", "Asia/Shanghai")),
        }
    )
    parquet.write_table(table, tmp_path / "f.parquet")
    _header, rows, _table = read(tmp_path / "f.parquet")
    assert rows[0] == {
        "row": 2,
        "c0": "1",
        "c1": "a",
        "c2": "2.50",
        "c3": "2.55",
        "c4": "2025-01-02 03:04:05",
        "c5": "2025-01-02 03:04:05Z",
    }
    assert rows[1] == {"row": 3, "c0": "2", "c1": "", "c2": "", "c3": "3", "c4": "", "c5": ""}
    whole = (tmp_path / "f.parquet").read_bytes()
    for cut in range(0, len(whole), 97):
        with pytest.raises(Problem):
            read(
                write(
                    tmp_path / "broken.parquet",
                    whole[:cut] + bytes(40) + whole[cut + 40 :][: -len(whole) // 3],
                )
            )


def test_json_lines_are_a_table_of_all_fields(tmp_path: Path) -> None:
    lines = '\ufeff{"invoice_no": 1, "note": "茶"}\n\n[1]\n{"invoice_no": "2", "tags": ["a"], "note": null}\n{broken\n'
    header, rows, table = read(write(tmp_path / "f", gzip.compress(lines.encode())))
    assert header == ["invoice_no", "note", "tags"]
    assert rows == [
        {"row": 1, "c0": "1", "c1": "茶", "c2": ""},
        {"row": 4, "c0": "2", "c1": "", "c2": '["a"]'},
    ]
    assert [misfit.row for misfit in table.misfits] == [3, 5]
