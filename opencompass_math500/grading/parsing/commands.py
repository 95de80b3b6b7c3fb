"""What LaTeX commands mean: one table from a command's name to a token."""

from __future__ import annotations

from typing import Final

__all__ = ['COLOURS', 'COMMANDS', 'STYLES', 'TEXTS', 'VECTORS', 'WORDS_AS_STYLE']


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_GREEK: Final = _names(
    'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda '
    'mu nu xi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi '
    'Pi Sigma Upsilon Phi Psi Omega ell hbar omicron aleph'
)
_FUNCTIONS: Final = _names(
    'sin cos tan cot sec csc sinh cosh tanh coth sech csch arcsin arccos arctan arccot arcsec '
    'arccsc log ln lg exp max min gcd lcm det asin acos atan cis abs floor ceil arctg arcctg'
    ' ctg cotg arcsinh arccosh arctanh arccoth arcsech arccsch'
)
_ALIASES: Final = {
    'asin': 'arcsin', 'acos': 'arccos', 'atan': 'arctan', 'cosec': 'csc', 'tg': 'tan',
    'arctg': 'arctan', 'arcctg': 'arccot', 'ctg': 'cot', 'cotg': 'cot',
    **{f'{short}{name}': f'arc{name}' for short in ('a', 'ar')
       for name in ('sinh', 'cosh', 'tanh', 'coth', 'sech', 'csch')},
}  # fmt: skip
_OPERATORS: Final = {
    'cdot': '*', 'times': '*', 'ast': '*', 'star': '*', 'bullet': '*', 'div': '/', 'slash': '/',
    'pm': 'pm', 'mp': 'mp', 'cup': 'cup', 'cap': 'cap', 'setminus': 'setminus',
    'backslash': 'setminus', 'smallsetminus': 'setminus', 'bigcup': 'cup', 'over': 'over',
    'choose': 'choose', 'mod': 'mod', 'bmod': 'mod', 'colon': ':', '%': '%', 'percent': '%',
    'degree': 'deg', 'circ': 'deg', 'prime': "'",
}  # fmt: skip
_RELATIONS: Final = {
    'le': '<=', 'leq': '<=', 'leqslant': '<=', 'ge': '>=', 'geq': '>=', 'geqslant': '>=',
    'lt': '<', 'gt': '>', 'ne': '!=', 'neq': '!=', 'approx': '~', 'simeq': '~', 'sim': '~',
    'in': 'in', 'equiv': '=', 'cong': '=', 'leqq': '<=', 'geqq': '>=',
}  # fmt: skip
_BRACKETS: Final = {
    'langle': ('open', '<'), 'rangle': ('close', '>'), '{': ('open', r'\{'), '}': ('close', r'\}'),
    'lbrace': ('open', r'\{'), 'rbrace': ('close', r'\}'), 'lbrack': ('open', '['),
    'rbrack': ('close', ']'), 'lparen': ('open', '('), 'rparen': ('close', ')'),
    'lfloor': ('open', 'floor'), 'rfloor': ('close', 'floor'), 'lceil': ('open', 'ceil'),
    'rceil': ('close', 'ceil'), 'lvert': ('open', '|'), 'rvert': ('close', '|'),
    'mid': ('bar', 'mid'), 'vert': ('bar', '|'), '|': ('bar', '|'), 'Vert': ('bar', '|'),
    'lVert': ('open', '|'), 'rVert': ('close', '|'),
}  # fmt: skip

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    **{name: ('symbol', name) for name in _GREEK},
    **{name: ('function', _ALIASES.get(name, name)) for name in (*_FUNCTIONS, *_ALIASES)},
    **{name: ('op', op) for name, op in _OPERATORS.items()},
    **{name: ('relation', op) for name, op in _RELATIONS.items()},
    **_BRACKETS,
    **dict.fromkeys(('pi', 'uppi'), ('symbol', 'pi')),
    **dict.fromkeys(('infty', 'infin', 'infinity'), ('symbol', 'infty')),
    **dict.fromkeys(('emptyset', 'varnothing', 'O'), ('set', 'empty')),
    **dict.fromkeys(('frac', 'dfrac', 'tfrac', 'cfrac', 'fraction', 'nicefrac', 'sfrac', 'frak'),
                    ('command', 'frac')),
    **dict.fromkeys(('binom', 'dbinom', 'tbinom'), ('command', 'binom')),
    **dict.fromkeys(('lor', 'vee'), ('sep', 'or')),
    **dict.fromkeys(('land', 'wedge'), ('sep', 'and')),
    **dict.fromkeys(('to', 'Rightarrow', 'rightarrow', 'implies', 'Longrightarrow', 'mapsto',
                     'therefore', 'longrightarrow'), ('arrow', '->')),
    **dict.fromkeys(('iff', 'Leftrightarrow', 'leftrightarrow'), ('arrow', '<->')),
    **dict.fromkeys(('ldots', 'dots', 'cdots', 'dotsc', 'dotsb'), ('dots', '...')),
    **dict.fromkeys(('angle', 'measuredangle', 'triangle', 'overleftrightarrow', 'overrightarrow',
                     'parallelogram', 'square', 'widehat'), ('label', '')),
    **dict.fromkeys(('sqrt', 'surd'), ('command', 'sqrt')),
    **dict.fromkeys(('$', 'textdollar'), ('money', '$')),
    **dict.fromkeys(('top', 'intercal'), ('symbol', 'T')),
    'pmod': ('modulus', ''), 'begin': ('command', 'begin'), 'end': ('command', 'end'),
    'imath': ('symbol', 'i'), 'jmath': ('symbol', 'j'),
    'R': ('set', 'R'), 'reals': ('set', 'R'), 'Z': ('set', 'Z'),
}  # fmt: skip

# These change how the argument looks, never what it says.
STYLES: Final = frozenset(
    _names(
    'mathbf mathit mathsf boldsymbol bm vec hat mathnormal pmb operatorname mathop mathrm '
    'overrightarrow overline underline bar widehat tilde widetilde ensuremath '
    'mathcal underbrace overbrace bold rm bf it sf bfseries rmfamily tiny small '
    'normalsize large Large LARGE huge mathtt boldmath displaystyle nobreak allowbreak '
    'text boxed fbox'
)
)
TEXTS: Final = frozenset(
    _names('text mbox textbf textit textrm textsf texttt textnormal hbox emph')
)
WORDS_AS_STYLE: Final = frozenset(_names('mathrm operatorname mathop mathit mathsf mathbf bold'))
VECTORS: Final = frozenset(_names('mathbf hat vec boldsymbol bm widehat overrightarrow'))
# What stands in their first argument is not shown, or says nothing.
COLOURS: Final = frozenset(
    _names('color textcolor colorbox phantom hphantom vphantom label tag')
)
