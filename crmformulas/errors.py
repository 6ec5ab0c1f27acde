"""The exceptions of crmformulas, each of which knows its spreadsheet error value.

CrmError
├── FormulaError              a formula can't give an answer
│   ├── ArgumentError         #VALUE!  text, nothing or a misfit for a number (TypeError)
│   ├── DomainError           #NUM!    outside the formula's domain           (ValueError)
│   ├── DivisionError         #DIV/0!  division by zero                       (ZeroDivisionError)
│   ├── NotEnoughDataError    #N/A     too little data for an answer          (ValueError)
│   ├── UnknownNameError      #NAME?   no formula of that name                (LookupError)
│   └── PassedError           the spreadsheet error that came in as an argument
└── InputError                a file, table or option that can't be used: one line, exit status 2
    ├── KeywordError          a keyword that a function has not                   (TypeError)
    └── QuestionError         an input that can be read in several ways: the options that answer it

The order in which they are looked for is the order of a spreadsheet: an error in an argument
first, then text, then the domain, then division by zero, then too little data.
"""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Sequence

from crmformulas.translations import Label, Translated, translate

__all__ = [
    "ArgumentError",
    "CrmError",
    "DivisionError",
    "DomainError",
    "FormulaError",
    "InputError",
    "KeywordError",
    "NotEnoughDataError",
    "PassedError",
    "QuestionError",
    "UnknownNameError",
]

SPREADSHEET_ERRORS = frozenset(
    {"#N/A", "#DIV/0!", "#VALUE!", "#NUM!", "#REF!", "#NAME?", "#NULL!", "#SPILL!", "#CALC!"}
)
"""The error values that a spreadsheet can hand to a formula."""

LONGEST = 80
"""Characters of a value that an error shows."""


def describe(value: object) -> str:
    """Describe a value in an error: as Python writes it, in as much as a line has room for."""
    try:
        text = repr(value)
    except Exception:  # a number of too many digits, or somebody's own type
        text = f"a {type(value).__name__}"
    return in_short(text)


def in_short(text: str) -> str:
    """Cut a text to what a line has room for."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


class CrmError(Exception):
    """The root of every exception that this package raises on purpose.

    Its text is the English message with the remedy of the command; other faces tell the message in
    their language, and word the remedy themselves.

    Attributes:
        message: What is wrong, in both languages where it has them.
        remedy: What helps on the command line, as the message goes on with it; empty where nothing
            is to be added.

    Examples:
        >>> error = InputError(Translated("a.csv is empty", "a.csv är tom"), "; give --table")
        >>> str(error)
        'a.csv is empty; give --table'
        >>> translate(error.message, "sv")
        'a.csv är tom'
    """

    def __init__(self, message: Label = "", remedy: str = "", *, command: str = "") -> None:
        super().__init__(command or f"{translate(message, 'en')}{remedy}")
        self.message: Label = message
        self.remedy = remedy


class FormulaError(CrmError):
    """A formula can't give an answer; ``code`` is what a spreadsheet shows instead."""

    code = "#VALUE!"


class ArgumentError(FormulaError, TypeError):
    """Text, a truth value, nothing or a range of the wrong size where numbers are needed."""

    code = "#VALUE!"


class DomainError(FormulaError, ValueError):
    """A number lies outside what the formula is defined for."""

    code = "#NUM!"


class DivisionError(FormulaError, ZeroDivisionError):
    """The formula would divide by zero."""

    code = "#DIV/0!"


class NotEnoughDataError(FormulaError, ValueError):
    """The data can't answer the question, such as a median of nothing."""

    code = "#N/A"


class UnknownNameError(FormulaError, LookupError):
    """No formula has this name."""

    code = "#NAME?"


class PassedError(FormulaError):
    """An argument is itself a spreadsheet error value, which passes through unchanged."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code} in an argument")
        self.code = code


class InputError(CrmError):
    """An input that can't be used. The message is one line: what, where, and what to do."""


class KeywordError(InputError, TypeError):
    """A function has no such keyword; the message names the one that comes nearest."""


class QuestionError(InputError):
    """An input that can be read in several ways, or not without what only the user knows.

    Attributes:
        options: What could be added to the command line, as one of the answers.
    """

    def __init__(
        self, message: Label, options: str = "", remedy: str = "", *, command: str = ""
    ) -> None:
        super().__init__(message, remedy, command=command)
        self.options = options

    @classmethod
    def together(cls, questions: Sequence[QuestionError]) -> QuestionError:
        """Several questions as one, so that all can be answered at once."""
        if len(questions) == 1:
            return questions[0]
        options = dict.fromkeys(one.options for one in questions if one.options)
        message: Label = questions[0].message
        for one in questions[1:]:
            message = Translated("{}; also: {}", "{}; dessutom: {}").format(message, one.message)
        said = "; also: ".join(map(str, questions))
        return cls(message, " ".join(options), command=said)
