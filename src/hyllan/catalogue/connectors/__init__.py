"""Systems that hold records, one file each."""
