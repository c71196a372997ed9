"""How much a file may hold, and how each kind of unreadable file is told to its sender."""

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem

MAX_COLUMNS = 500
MAX_ROWS = 50_000_000
MAX_ROW_BYTES = 8 << 20
SAMPLE_BYTES = 1 << 20
MAX_ARCHIVE_ENTRIES = 2_000
MAX_ARCHIVE_RATIO = 150
RATIO_MATTERS_ABOVE = 32 << 20
MAX_SHEET_CELLS = 24_000_000


class FileNotFound(Problem):
    """There is nothing at the path."""

    code = "import_file_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no file {path}.")


class NotAFile(Problem):
    """The path is a folder or a device."""

    code = "import_not_a_file"
    kind = Kind.INVALID
    message = _("{path} is not a file. Name one CSV, JSON lines, XLSX or Parquet file.")


class FileEmpty(Problem):
    """The file has no bytes, or nothing but blank lines."""

    code = "import_file_empty"
    kind = Kind.INVALID
    message = _("The file is empty.")


class HeaderOnly(Problem):
    """There is a header and nothing below it."""

    code = "import_header_only"
    kind = Kind.INVALID
    message = _("The file has a header in row {row} but no rows below it.")


class FileTooLarge(Problem):
    """The file, or what is packed into it, is larger than the limit."""

    code = "import_file_too_large"
    kind = Kind.INVALID
    message = _(
        "The file is larger than the limit of {limit_mb} MB once unpacked. Split it by month and import the parts."
    )


class SuspiciousArchive(Problem):
    """What is packed is out of proportion: a bomb, or damaged."""

    code = "import_suspicious_archive"
    kind = Kind.INVALID
    message = _("The file unpacks to far more than a table would ({reason}). It was not read.")


class FileDamaged(Problem):
    """The file ends too early or contradicts itself."""

    code = "import_file_damaged"
    kind = Kind.INVALID
    message = _("The file is damaged or incomplete ({reason}). Export or upload it again.")


class NotATable(Problem):
    """The content is none of the formats that can be read."""

    code = "import_not_a_table"
    kind = Kind.INVALID
    message = _("This is not a CSV, JSON lines, XLSX or Parquet file ({reason}).")


class OneColumnOnly(Problem):
    """No separator splits the header."""

    code = "import_one_column"
    kind = Kind.INVALID
    message = _(
        "Only one column was found: “{header}”. The columns must be separated by a comma, semicolon, tab or | in every row."
    )


class TooManyColumns(Problem):
    """The header is wider than any table."""

    code = "import_too_many_columns"
    kind = Kind.INVALID
    message = _("Row {row} has {columns} columns or more; at most {limit} are allowed.")


class TooManyRows(Problem):
    """More rows than one import may have."""

    code = "import_too_many_rows"
    kind = Kind.INVALID
    message = _("The file has more than {limit} rows. Split it by month and import the parts.")


class RowTooLong(Problem):
    """One row is larger than any row of a table; mostly a quotation mark that is never closed."""

    code = "import_row_too_long"
    kind = Kind.INVALID
    message = _(
        "A row after row {row} is longer than {limit_mb} MB. Is a quotation mark opened and never closed?"
    )


class QuoteNotClosed(Problem):
    """A quotation mark is opened and the rest of the file is inside."""

    code = "import_quote_not_closed"
    kind = Kind.INVALID
    message = _(
        "A quotation mark is opened in row {row} and never closed, so the rows after it cannot be told apart."
    )
