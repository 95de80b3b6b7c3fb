"""LaTeX environments: matrices and systems of equations."""

from __future__ import annotations

from opencompass_math500.grading.parsing.cursor import ParseError, TokenStream
from opencompass_math500.grading.values import Apply, Matrix, Sequence, Symbol, Value

__all__ = ['EnvironmentParser', 'transposed']


class EnvironmentParser(TokenStream):
    """What stands between ``\\begin`` and ``\\end``."""

    def expression(self, power: int = 0) -> Value:
        """Read operators that bind at least as tightly as ``power``."""
        raise NotImplementedError

    def clause(self) -> Value:
        """A chain of sides joined by relation signs."""
        raise NotImplementedError

    def environment(self) -> Value:
        """A matrix, the determinant of one, or the equations of a system."""
        name = self.subscript()
        if name.endswith('*') and self.accept('open', '['):
            self._alignment()
        if name == 'array':
            if self.accept('open', '['):
                self._alignment()
            self.subscript()
        if name in ('cases', 'dcases'):
            return self._system(name)
        if not name.rstrip('*').endswith(('matrix', 'array')):
            raise ParseError(f'the environment {name!r} is not part of the grammar')
        return self._matrix(name)

    def _alignment(self) -> None:
        while not self.accept('close', ']'):
            if self.next().kind == 'end':
                raise ParseError("'[' is not closed")

    def _ends(self, name: str) -> bool:
        token = self.peek()
        if token.kind != 'command' or token.text != 'end':
            return False
        self.next()
        if self.subscript() != name:
            raise ParseError('an environment that ends under another name')
        return True

    def _system(self, name: str) -> Value:
        """Equations that hold together; a cell sign shows a function by cases instead."""
        items: list[Value] = []
        while not self._ends(name):
            if self.peek().kind in ('row', 'sep'):
                self.next()
            else:
                items.append(self.clause())
        if not items:
            raise ParseError('a system without equations')
        return Sequence(tuple(items), joiner='and')

    def _matrix(self, name: str) -> Value:
        rows: list[tuple[Value, ...]] = []
        row: list[Value] = []
        while not self._ends(name):
            token = self.peek()
            if token.kind == 'row':
                self.next()
                if row:
                    rows.append(tuple(row))
                row = []
            elif token.text == '&' or token.kind == 'cell':
                self.next()
            else:
                row.append(self.expression())
        if row:
            rows.append(tuple(row))
        if not rows or len({len(r) for r in rows}) != 1:
            raise ParseError('a matrix with rows of different lengths')
        matrix = Matrix(tuple(rows))
        return Apply('det', (matrix,)) if name == 'vmatrix' else matrix


def transposed(value: Value, exponent: Value) -> Matrix | None:
    r"""``[1, 2]^T`` and ``\begin{pmatrix} 1 & 2 \end{pmatrix}^T``: the column; else None."""
    if exponent not in (Symbol('T'), Symbol('t')):
        return None
    if isinstance(value, Sequence) and value.left in ('(', '[', '<'):
        return Matrix(tuple((item,) for item in value.items))
    if isinstance(value, Matrix):
        return Matrix(tuple(zip(*value.rows, strict=True)))
    return None
