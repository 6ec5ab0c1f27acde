"""The functions as a VBA module: what Excel on Windows calls, which calls Python by xlwings.

xlwings can write such a module itself ("Import Functions"), but Python can't hand an error value to
Excel by COM: it arrives as text, which SUM skips, IFERROR doesn't catch and every comparison takes
for more than any number. Here each answer goes through ``CrmAnswer``, which makes the text an error
value (``CVErr``), in a cell and in a range alike, and keeps the reason for ``CRM_WHY``.

VBA is case-insensitive, and its source is ASCII here, as it is read in the code page of the system.
"""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import normalize

from crmformulas.catalog.formula import Formula, load
from crmformulas.excel.udfs import CATEGORY, HELP_LENGTH, argument_names, short_help
from crmformulas.spreadsheet.cell_text import help_text

__all__ = ["MODULE", "UDFS", "WHY", "vba_module"]

MODULE = "CRM"
"""The name of the module."""
UDFS = "crmformulas.excel.udfs"
"""The Python module that it calls."""
WHY = "CRM_WHY"
"""The function that tells the reason of an error."""

LONGEST_LINE = 1023
"""Characters that VBA takes in a line."""

CODES = {
    "#NULL!": "xlErrNull",
    "#DIV/0!": "xlErrDiv0",
    "#VALUE!": "xlErrValue",
    "#REF!": "xlErrRef",
    "#NAME?": "xlErrName",
    "#NUM!": "xlErrNum",
    "#N/A": "xlErrNA",
}
"""The errors that VBA knows; all others are #VALUE!."""

SIGNS = {"×": "x", "−": "-", "–": "-", "…": "...", "≥": ">=", "≤": "<=", "Σ": "sum", "·": "*"}

HEAD = f"""\
' crmformulas: customer-value formulas as functions of Excel on Windows. MIT License.
' Made from the catalogue by "crmf excel new"; changes here would be lost.
'
' =CLV(5, 500, 2.5) calls Python by the xlwings module beside this one. Where there is no answer a
' cell shows an error value, and ={WHY}(A1) tells the reason of the one in A1.

Private Reasons As New Collection
"""

TAIL = f"""\
' The reason of the error that one of these functions shows in a cell.
Function {WHY}(cell)
Attribute {WHY}.VB_Description = "Why a CRM function shows an error in a cell."
    Dim anchor As Object
    Dim found As Collection
    {WHY} = ""
    Set anchor = CrmAnchor(cell)
    On Error GoTo unknown
    Set found = Reasons.Item(CrmKey(anchor))
    {WHY} = found.Item(CrmPlace(cell.Row - anchor.Row, cell.Column - anchor.Column))
    Exit Function
unknown:
    If IsError(cell.Value) Then {WHY} = "no reason is kept: calculate the cell anew (F2, Enter)"
End Function

' The first cell of the range that a formula fills.
Private Function CrmAnchor(cell) As Object
    Dim filled As Object
    Set CrmAnchor = cell.Cells(1, 1)
    On Error Resume Next
    Set filled = cell.SpillParent
    If filled Is Nothing Then Set filled = cell.CurrentArray
    If Not filled Is Nothing Then Set CrmAnchor = filled.Cells(1, 1)
End Function

Private Function CrmKey(cell) As String
    CrmKey = cell.Worksheet.Parent.Name & "|" & cell.Worksheet.Name & "|" & cell.Address
End Function

Private Function CrmPlace(ByVal row As Long, ByVal column As Long) As String
    CrmPlace = row & "," & column
End Function

' While the function wizard is open, nothing is calculated: each letter typed would be a call.
Private Function CrmInWizard() As Boolean
    On Error Resume Next
    CrmInWizard = Not Application.CommandBars("Standard").Controls(1).Enabled
End Function

' The cells that call; nothing where it is other code.
Private Function CrmCaller() As Object
    On Error Resume Next
    If TypeName(Application.Caller) = "Range" Then Set CrmCaller = Application.Caller
End Function

' What a cell or a range shows: each error as an error value, its reason kept.
Private Function CrmAnswer(ByVal answer As Variant, caller As Object) As Variant
    Dim found As New Collection
    Dim row As Long
    Dim column As Long
    Dim columns As Long
    If Not IsArray(answer) Then
        CrmAnswer = CrmCell(answer, found, 0, 0)
    Else
        columns = CrmColumns(answer)
        For row = LBound(answer, 1) To UBound(answer, 1)
            If columns < 0 Then
                answer(row) = CrmCell(answer(row), found, 0, row - LBound(answer, 1))
            Else
                For column = LBound(answer, 2) To UBound(answer, 2)
                    answer(row, column) = CrmCell(answer(row, column), found, _
                        row - LBound(answer, 1), column - LBound(answer, 2))
                Next column
            End If
        Next row
        CrmAnswer = answer
    End If
    CrmRemember caller, found
End Function

' The last column of a table; less than 0 where it is one row.
Private Function CrmColumns(ByVal answer As Variant) As Long
    CrmColumns = -1
    On Error Resume Next
    CrmColumns = UBound(answer, 2)
End Function

Private Function CrmCell(ByVal content As Variant, found As Collection, _
    ByVal row As Long, ByVal column As Long) As Variant
    Dim code As String
    Dim blank As Long
    CrmCell = content
    If VarType(content) <> vbString Then Exit Function
    If Left(content, 1) <> "#" Then Exit Function
    blank = InStr(content & " ", " ")
    code = Left(content, blank - 1)
    Select Case code
%s
    Case Else
        Exit Function
    End Select
    If Len(content) > blank Then found.Add Mid(content, blank + 1), CrmPlace(row, column)
End Function

Private Sub CrmRemember(caller As Object, found As Collection)
    Dim key As String
    On Error Resume Next
    key = CrmKey(caller.Cells(1, 1))
    If key = "" Then Exit Sub
    Reasons.Remove key
    If found.Count > 0 Then Reasons.Add found, key
End Sub

' What Excel shows where Python can't be asked.
Private Function CrmFailed(ByVal reason As String, caller As Object) As Variant
    CrmFailed = CrmAnswer("#VALUE! " & reason, caller)
End Function
"""

FUNCTION = """\
Function {name}({signature})
Attribute {name}.VB_Description = {summary}
    Dim caller As Object
    If CrmInWizard() Then Exit Function
    On Error GoTo failed
    Set caller = CrmCaller()
    {name} = CrmAnswer(XLPy.CallUDF("{udfs}", "{name}", _
        Array({arguments}), {workbook}, caller), caller)
    Exit Function
failed:
    {name} = CrmFailed(Err.Description, caller)
End Function
"""


def vba_module(*, addin: bool = False) -> str:
    """The text of the module, without the attribute that names it.

    Args:
        addin: Whether it is for an add-in, whose functions serve every workbook.
    """
    errors = "\n".join(
        f'    Case "{code}"\n        CrmCell = CVErr({constant})'
        for code, constant in CODES.items()
    )
    other = ", ".join(f'"{code}"' for code in ("#SPILL!", "#CALC!"))
    errors += f"\n    Case {other}\n        CrmCell = CVErr(xlErrValue)"
    entries = list(load().values())
    parts = [HEAD, *(_function(entry, addin) for entry in entries), _descriptions(entries)]
    return "\n".join((*parts, TAIL % errors))


CONTEXTUAL = ("base",)
"""Arguments called as words that VBA reserves in places, and other dialects of Basic everywhere."""


def _function(entry: Formula, addin: bool) -> str:
    names = [f"{name}_" if name in CONTEXTUAL else name for name in argument_names(entry)]
    signature = ", ".join(
        f"Optional {name}" if p.optional else name
        for name, p in zip(names, entry.parameters, strict=True)
    )
    return FUNCTION.format(
        name=entry.spreadsheet_name,
        signature=signature,
        summary=_quoted(entry.summary),
        udfs=UDFS,
        arguments=", ".join(names),
        # What xlwings hands over, too.
        workbook="ActiveWorkbook" if addin else "ThisWorkbook",
    )


def _descriptions(entries: list[Formula]) -> str:
    """The descriptions for the function wizard, told when the workbook is opened."""

    def lines() -> Iterator[str]:
        yield "' What the function wizard says of the functions."
        yield "Sub Auto_Open()"
        for entry in entries:
            yield f'    CrmDescribe "{entry.spreadsheet_name}", {_quoted(entry.summary)}, Array( _'
            texts = [_quoted(help_text(entry, p)) for p in entry.parameters]
            yield from (f"        {text}, _" for text in texts[:-1])
            yield f"        {texts[-1]})"
        yield "End Sub"
        yield ""
        yield "Private Sub CrmDescribe(ByVal name As String, ByVal text As String, _"
        yield "    ByVal arguments As Variant)"
        yield "    ' Excel describes no function of a workbook that is hidden, as an add-in is."
        yield "    On Error Resume Next"
        yield "    Application.MacroOptions Macro:=name, Description:=text, _"
        yield f'        Category:="{CATEGORY}", ArgumentDescriptions:=arguments'
        yield "End Sub"
        yield ""

    return "\n".join(lines())


def _quoted(text: str) -> str:
    """A text of help as VBA writes it: in ASCII, and no longer than Excel takes."""
    plain = "".join(SIGNS.get(sign, sign) for sign in short_help(text))
    ascii_alone = normalize("NFKD", plain).encode("ascii", "ignore").decode()[:HELP_LENGTH]
    return '"' + ascii_alone.replace('"', '""') + '"'
