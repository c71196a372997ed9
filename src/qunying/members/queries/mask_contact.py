"""Contacts as people may see them who have no business with the whole."""


def mask_contact(value: str) -> str:
    """Return a contact with its middle hidden: ``138****1234``, ``a***@x.com``."""
    name, at, host = value.rpartition("@")
    if at and name:
        return f"{name[0]}***@{host}"
    value = value.removeprefix("+86")
    if len(value) >= 9:
        return f"{value[:3]}****{value[-4:]}"
    if len(value) >= 5:
        return f"{value[0]}***{value[-1]}"
    return "***"
