"""
A query as XML, said back in an answer: XCQL of SRU 1.1 and 1.2, and of 2.0 (xcql.xsd).

They differ: until 1.2 prefixes stand in the clause or triple they were written before and the
operator is `boolean`; in 2.0 prefixes stand once, first, everything is in a triple, the operator
is `Boolean` and a sort key must have a modifier.
"""

from lxml import etree

from .cql_tree import CqlQuery, Modifier, Prefix, SearchClause, SortKey, Tree, clauses

NAMESPACE_1 = "http://www.loc.gov/zing/cql/xcql/"
NAMESPACE_2 = "http://docs.oasis-open.org/ns/search-ws/xcql"
MOST_CLAUSES = 20  # each goes some levels deeper, and readers of XML bear only so many
_ASCENDING = (Modifier("sort.ascending"),)


def add_xcql(parent: etree._Element, query: CqlQuery, *, is_2: bool) -> None:
    """Add the query below an xQuery element; `can_be_xcql` must have said that it can be."""
    (_Xcql2() if is_2 else _Xcql1()).add_query(parent, query)


def can_be_xcql(query: CqlQuery, *, is_2: bool) -> bool:
    """Say whether XCQL can hold the query: 2.0 knows no prefixes inside parentheses."""
    if sum(1 for _ in clauses(query.tree)) > MOST_CLAUSES:
        return False
    return not is_2 or not any(_inner_prefixes(query.tree))


def _inner_prefixes(tree: Tree) -> list[Prefix]:
    if isinstance(tree, SearchClause):
        return []
    found = [*tree.left.prefixes, *tree.right.prefixes]
    return [*found, *_inner_prefixes(tree.left), *_inner_prefixes(tree.right)]


class _Xcql1:
    namespace = NAMESPACE_1
    boolean = "boolean"

    def add_query(self, parent: etree._Element, query: CqlQuery) -> None:
        top = self._add_tree(parent, query.tree)
        self._add_sort(top, query.sort)

    def _add_tree(self, parent: etree._Element, tree: Tree) -> etree._Element:
        if isinstance(tree, SearchClause):
            top = self._add(parent, "searchClause")
            self._add_prefixes(top, tree.prefixes)
            self._add_clause(top, tree)
            return top
        top = self._add(parent, "triple")
        self._add_prefixes(top, tree.prefixes)
        operator = self._add(top, self.boolean)
        self._add(operator, "value", tree.operator)
        self._add_modifiers(operator, tree.modifiers)
        self._add_tree(self._add(top, "leftOperand"), tree.left)
        self._add_tree(self._add(top, "rightOperand"), tree.right)
        return top

    def _add_clause(self, parent: etree._Element, clause: SearchClause) -> None:
        self._add(parent, "index", clause.index)
        relation = self._add(parent, "relation")
        self._add(relation, "value", clause.relation)
        self._add_modifiers(relation, clause.modifiers)
        self._add(parent, "term", clause.term)

    def _add_prefixes(self, parent: etree._Element, prefixes: tuple[Prefix, ...]) -> None:
        if not prefixes:
            return
        group = self._add(parent, "prefixes")
        for one in prefixes:
            prefix = self._add(group, "prefix")
            self._add(prefix, "name", one.name)
            self._add(prefix, "identifier", one.identifier)

    def _add_modifiers(self, parent: etree._Element, modifiers: tuple[Modifier, ...]) -> None:
        if not modifiers:
            return
        group = self._add(parent, "modifiers")
        for one in modifiers:
            modifier = self._add(group, "modifier")
            self._add(modifier, "type", one.name)
            if one.comparison:
                self._add(modifier, "comparison", one.comparison)
                self._add(modifier, "value", one.value)

    def _add_sort(self, parent: etree._Element, keys: tuple[SortKey, ...]) -> None:
        if not keys:
            return
        group = self._add(parent, "sortKeys")
        for one in keys:
            key = self._add(group, "key")
            self._add(key, "index", one.index)
            self._add_modifiers(key, self._sort_modifiers(one))

    def _sort_modifiers(self, key: SortKey) -> tuple[Modifier, ...]:
        return key.modifiers

    def _add(self, parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
        child = etree.SubElement(parent, f"{{{self.namespace}}}{name}")
        child.text = text
        return child


class _Xcql2(_Xcql1):
    namespace = NAMESPACE_2
    boolean = "Boolean"

    def add_query(self, parent: etree._Element, query: CqlQuery) -> None:
        self._add_prefixes(parent, query.tree.prefixes)
        top = self._add(parent, "triple")
        self._add_part(top, query.tree)
        self._add_sort(parent, query.sort)

    def _add_part(self, top: etree._Element, tree: Tree) -> None:
        """Add what stands in a triple."""
        if isinstance(tree, SearchClause):
            self._add_clause(self._add(top, "searchClause"), tree)
            return
        operator = self._add(top, self.boolean)
        self._add(operator, "value", tree.operator)
        self._add_modifiers(operator, tree.modifiers)
        for name, part in (("leftOperand", tree.left), ("rightOperand", tree.right)):
            operand = self._add(top, name)
            is_clause = isinstance(part, SearchClause)
            self._add_part(operand if is_clause else self._add(operand, "triple"), part)

    def _sort_modifiers(self, key: SortKey) -> tuple[Modifier, ...]:
        return key.modifiers or _ASCENDING  # what it means without
