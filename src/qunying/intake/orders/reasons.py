"""Why a row was not accepted, in words for its sender."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "wrong_cell_count": _("The row has more or fewer cells than the header."),
    "unreadable_characters": _("The row holds characters that cannot be read; save the file as UTF-8."),
    "missing_value": _("The cell is empty."),
    "digits_lost": _(
        "A spreadsheet has rounded this number (E+); format the column as text and export again."
    ),
    "too_long": _("The text is too long."),
    "bad_date": _("This is not a date."),
    "ambiguous_date": _("Day and month cannot be told apart, because the column mixes both orders."),
    "date_out_of_range": _("The date lies before 1990 or in the future."),
    "bad_number": _("This is not a number."),
    "not_whole": _("The quantity is not a whole number."),
    "out_of_range": _("The number is larger than any real one."),
    "unknown_currency": _("This is not a currency code such as CNY or GBP."),
    "not_paid": _("The order was not paid, or was closed."),
    "ledger_adjustment": _("An entry of the bookkeeping, not an order."),
    "stock_movement": _("Nothing in this order was sold for a price; it only moves stock."),
    "negative_quantity": _("The quantity is negative in an order that is not a cancellation."),
    "zero_quantity": _("The quantity is zero."),
    "negative_amount": _("The price or amount is negative."),
    "not_negative": _("A cancellation must have negative quantities."),
    "other_customer": _("Other rows of this order belong to another customer."),
    "other_currency": _("Other rows of this order are in another currency."),
    "repeated_line": _("The row repeats one above exactly, and repeats were to be dropped."),
}
