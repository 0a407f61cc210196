"""Pure rules of the catalogue: what a record says, which edition it is, what a query means."""
