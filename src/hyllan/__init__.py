"""hyllan: one shelf for a whole region. docs/architecture.md shows the house."""
