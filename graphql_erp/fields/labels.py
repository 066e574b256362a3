"""Names for people, made from names for machines."""

from graphql_erp import naming


def words(name: str) -> str:
    """Return the words of a name as a label: `is_won` gives `Is won`, `CrmLead` `Crm lead`."""
    text = naming.snake(name).replace("_", " ").strip()
    return text[:1].upper() + text[1:]
