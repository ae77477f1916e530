"""How alike officers rate: a page for administrators."""
